// Where the API is: the one place an operator writes their own host, and the one file the preview's build rewrites.
// @ts-check

const apiBase = 'https://charge.example.com'

module.exports = { apiBase }
