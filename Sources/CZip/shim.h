#ifndef CELLAR_ZIP_SHIM_H
#define CELLAR_ZIP_SHIM_H
#include <zip.h>
#endif
