#ifndef CELLAR_MATFILE_SHIM_H
#define CELLAR_MATFILE_SHIM_H
#include <matio.h>
/* Debian keeps the libraries with and without MPI apart. */
#if __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#else
#include <hdf5.h>
#endif
#endif
