/* lint: file-length lib/base/x.h lines: 300 */
REPEAT
