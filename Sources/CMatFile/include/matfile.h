#ifndef CELLAR_MATFILE_H
#define CELLAR_MATFILE_H
#include <stdint.h>
#include <sys/types.h>

/* Reads a MATLAB file in a child process, so that a file that MatIO or HDF5 fails on, crashes on or never finishes with
 * ends the child alone. The child gets `seconds` of processor time and `bytes` of memory beyond what it has.
 *
 * What it finds comes through the returned file descriptor, which the caller closes, before it waits for `*child`. -1 where
 * there is no descriptor or no process to be had (errno says which).
 *
 * The content is a sequence of nodes in the machine's byte order, ended by 'Z'. A node is a letter, then a name (2 bytes of
 * length and its bytes), then
 *   'D'  numbers: 8 bytes of count, 1 byte of 0 or 1 for real or complex, the real parts as doubles, the imaginary ones
 *   'T'  text: 4 bytes of length, UTF-8
 *   'S'  structures: 8 bytes of count, 4 bytes of the number of fields, then a node for each field of each structure
 *   'C'  cells: 8 bytes of count, then a node for each
 *   'E'  something else, or nothing
 * and 'X', a problem instead of more: 4 bytes of length, UTF-8.
 *
 * Version 5 (MatIO): the variables of the file. Version 7.3 (HDF5): its groups and data sets; references are followed, and
 * of a group whose data sets refer to one object for each of many cells, only those of number `cell` (from 0) are, and the
 * node 'D' "cells" beside them says how many there are. Names in `skipped`, ended by an empty one, are left out. */
int cellar_matfile_open(const char *path, int is_hdf5, uint64_t cell, const char *const *skipped, uint64_t seconds,
                        uint64_t bytes, pid_t *child);
#endif
