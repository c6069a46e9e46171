#ifndef CELLAR_SUNDIALS_SHIM_H
#define CELLAR_SUNDIALS_SHIM_H
#if __has_include(<suitesparse/klu.h>)
#include <suitesparse/klu.h>
#endif
#include <ida/ida.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_sparse.h>
#endif
