/* SPDX-License-Identifier: MIT */
/*
 * Which Debian package would bring the debug information of a file: read from
 * dpkg's own lists, without running it. Elsewhere nothing is known.
 */
#ifndef ANALYZER_PACKAGE_NAME_H
#define ANALYZER_PACKAGE_NAME_H

/* "libjq1-dbgsym" for /usr/lib/.../libjq.so.1.0.4, fresh; NULL if no installed
 * package has the file. `lists` is a directory, normally PACKAGE_LISTS. */
char *package_name_debug(const char *lists, const char *path);

#define PACKAGE_LISTS "/var/lib/dpkg/info"

#endif
