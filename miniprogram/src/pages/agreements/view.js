// An agreement as its page shows it: its lines as text, whatever they hold, and what is new since the driver accepted one.
// @ts-check

const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/agreements').DriverAgreement} DriverAgreement */
/** @typedef {{key: number, kind: 'heading' | 'item' | 'line', text: string}} Block */

/**
 * `# ` opens a heading, `- ` an item; everything else is a line.
 * @param {string} text
 * @returns {Block[]}
 */
function blocksOf(text) {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line, key) => {
      if (/^#{1,3} /.test(line)) return { key, kind: 'heading', text: line.replace(/^#+ /, '') }
      if (line.startsWith('- ')) return { key, kind: 'item', text: line.slice(2) }
      return { key, kind: 'line', text: line }
    })
}

/** @param {DriverAgreement} agreement */
function agreementView(agreement) {
  const isNewer = !agreement.is_accepted && agreement.accepted_version !== null
  return {
    agreement_no: agreement.agreement_no,
    kind: labels.AgreementKind[agreement.kind],
    title: agreement.title,
    version: `第 ${agreement.version} 版`,
    operator: agreement.kind === 'service_terms' ? agreement.operator_name : '',
    is_accepted: agreement.is_accepted,
    is_newer: isNewer,
    note: isNewer ? agreement.note || '内容有更新，请阅读全文。' : '',
    blocks: blocksOf(agreement.text),
  }
}

module.exports = { agreementView, blocksOf }
