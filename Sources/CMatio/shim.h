#ifndef CELLAR_MATIO_SHIM_H
#define CELLAR_MATIO_SHIM_H
#include <matio.h>
#endif
