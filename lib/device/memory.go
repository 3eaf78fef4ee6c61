package device

// #include "pjrt.h"
import "C"

import "unsafe"

// MemoryInUse is the memory in use on the device of this process, in bytes; 0 before
// the first compilation and where the backend does not tell, as XLA on the CPU, whose
// memory is the process's own.
func MemoryInUse() uint64 {
	if watching == nil {
		return 0
	}
	return watching.memory()
}

// met remembers the client.
func (k *keeper) met(client unsafe.Pointer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.asked {
		k.client, k.asked = client, true
	}
}

// memory asks the client, and never again if it does not tell.
func (k *keeper) memory() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.client == nil {
		return 0
	}
	var used C.longlong
	if fault := C.graft_memory(k.client, &used); fault != nil {
		C.graft_free_error(fault)
		k.client = nil
		return 0
	}
	return uint64(used)
}
