// Large blocks of memory for XLA's plugin (heap.go).
#ifndef GRAFT_HEAP_H
#define GRAFT_HEAP_H

#include <stddef.h>

// graft_heap has the plugin at path, which is loaded and has no client yet, allocate
// its large blocks here. Where the plugin or the system is of another kind, nothing
// changes.
void graft_heap(const char *path);

// graft_heap_trim gives free blocks back to the system.
void graft_heap_trim(void);

// graft_heap_size returns the bytes of all blocks, and how many of them are free.
size_t graft_heap_size(size_t *free);

#endif
