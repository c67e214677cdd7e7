/* lint: file-length lib/base/x.c lines: 700 */
static const int many[] = {
REPEAT
};

