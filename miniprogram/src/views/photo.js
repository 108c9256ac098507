// Where a photo of the API is loaded from.
// @ts-check

const { apiBase } = require('../api/host')

/**
 * `path` as the API names it; left out by what an earlier version kept on the phone.
 * @param {string | undefined} path
 */
function photoUrl(path) {
  return path ? `${apiBase}${path}` : ''
}

module.exports = { photoUrl }
