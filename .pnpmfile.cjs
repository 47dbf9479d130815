// The packages that carry Node.js name their platform with a plain string, `"os": "linux"`. pnpm only understands
// lists, and would download Node.js for every platform. This hook turns the strings into lists.
module.exports = {
  hooks: {
    readPackage(pkg) {
      for (const field of ['os', 'cpu']) {
        if (typeof pkg[field] === 'string') pkg[field] = [pkg[field]]
      }
      return pkg
    },
  },
}
