#!/bin/sh
# Makes the certificates that the tests of TLS use; they are valid for a hundred years. Needs OpenSSL 3.
#
#   ca.crt           signs server, second and client
#   server.*         localhost, 127.0.0.1, ::1; server.locked.key is its key behind the password "secret"
#   second.*         the same names, another certificate
#   client.*         CN alice; URI:urn:kvasir:nobody, URI:urn:kvasir:bob
#   sly.*            CN sly; one URI, "urn:a, URI:urn:kvasir:bob"
#   stranger.*       CN alice, signed by itself
set -eu
cd "$(dirname "$0")"
days=36500

key() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1.key"; }

signed() { # name subject extensions
  key "$1"
  printf '%s\n' "$3" >extensions
  openssl req -new -key "$1.key" -subj "$2" |
    openssl x509 -req -CA ca.crt -CAkey ca.key -set_serial "0x$(openssl rand -hex 8)" -days $days \
      -extfile extensions -out "$1.crt"
}

names='subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1'
key ca
openssl req -x509 -new -key ca.key -subj '/CN=Kvasir test authority' -days $days -out ca.crt
signed server /CN=localhost "$names"
signed second '/CN=localhost second' "$names"
signed client /CN=alice 'subjectAltName=URI:urn:kvasir:nobody,URI:urn:kvasir:bob'
signed sly /CN=sly "$(printf 'subjectAltName=@names\n[names]\nURI=urn:a, URI:urn:kvasir:bob')"
key stranger
openssl req -x509 -new -key stranger.key -subj /CN=alice -days $days -out stranger.crt
openssl pkcs8 -topk8 -in server.key -passout pass:secret -out server.locked.key
rm -f ca.key extensions
