#ifndef CELLAR_EXPAT_SHIM_H
#define CELLAR_EXPAT_SHIM_H
#include <expat.h>
#endif
