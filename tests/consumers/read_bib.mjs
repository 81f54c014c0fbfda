// Prints what Better BibTeX's parser makes of a .bib file: entries, groups and errors, as one JSON object.
import { readFileSync } from 'node:fs'
import { parse } from '@retorquere/bibtex-parser'

const { errors, entries, jabref } = parse(readFileSync(process.argv[2], 'utf8'))
console.log(JSON.stringify({ errors, entries: entries.map(({ key, type, fields }) => ({ key, type, fields })), groups: jabref.root }))
