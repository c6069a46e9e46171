#ifndef CELLAR_XGBOOST_SHIM_H
#define CELLAR_XGBOOST_SHIM_H
#include <xgboost/c_api.h>
#endif
