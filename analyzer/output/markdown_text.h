/* SPDX-License-Identifier: MIT */
/*
 * Text out of a dump, made fit for a table cell of Markdown as merge requests
 * show it (GitHub's): nothing in it can begin a cell, a line, a link, a mention
 * or HTML.
 */
#ifndef ANALYZER_OUTPUT_MARKDOWN_TEXT_H
#define ANALYZER_OUTPUT_MARKDOWN_TEXT_H

/*
 * As code, with its quotes: `text`. A '|' would end the cell even in code, so
 * it has a backslash, which readers take away again; quotes inside get longer
 * ones around. What cannot be printed becomes \n or \xHH. Fresh.
 */
char *markdown_code(const char *text);

#endif
