// Large blocks of memory for XLA's plugin (heap.go).
#ifndef GRAFT_HEAP_H
#define GRAFT_HEAP_H

#include <stddef.h>

// graft_heap has the plugin at path, which is loaded, allocate its large blocks
// here. It returns how many of its functions it redirected: 0 where the plugin or
// the system is of another kind, which changes nothing.
int graft_heap(const char *path);

// graft_heap_trim gives free blocks back to the system.
void graft_heap_trim(void);

// graft_heap_size returns the bytes of all blocks, and how many of them are free.
size_t graft_heap_size(size_t *free);

#endif
