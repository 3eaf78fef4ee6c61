package device

// #include "pjrt.h"
import "C"

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime/cgo"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/gomlx/go-xla/pjrt"
)

// Executables counts what became of the programs that were asked for since the
// device was opened.
type Executables struct {
	Compiled, Loaded int
}

// keeper keeps compiled programs on disk between processes. go-xla v0.4.0 cannot
// write or read executables, though PJRT can: keeper puts itself before the compile
// function of the plugin's interface.
type keeper struct {
	shelf shelf
	salt  []byte // everything an executable depends on, the program and its options aside

	mu     sync.Mutex
	counts Executables
	client unsafe.Pointer // PJRT's, from the first compilation on; nil if it does not tell its memory
	asked  bool           // client was set
}

// watching is the keeper of the process's only device.
var watching *keeper

// KeptExecutables says how many programs were compiled, and how many found on disk
// already compiled, by this process.
func KeptExecutables() Executables {
	if watching == nil {
		return Executables{}
	}
	watching.mu.Lock()
	defer watching.mu.Unlock()
	return watching.counts
}

// watch makes the plugin at path, which is loaded but has no client yet, keep its
// executables in dir.
func watch(p Plugin, dir string) error {
	loaded, err := pjrt.GetPlugin(p.Path)
	if err != nil {
		return err
	}
	field := reflect.ValueOf(loaded).Elem().FieldByName("api")
	if !field.IsValid() || field.Kind() != reflect.Pointer {
		return fmt.Errorf("device: executables are not kept: go-xla's Plugin has no field api")
	}
	salt, err := p.salt()
	if err != nil {
		return err
	}
	at := (*unsafe.Pointer)(unsafe.Pointer(field.UnsafeAddr()))
	copied := C.graft_watch(*at)
	if copied == nil {
		return fmt.Errorf("device: executables are not kept: the plugin %q cannot load them", p.Path)
	}
	watching = &keeper{shelf: shelf{dir: dir, limit: shelfLimit}, salt: salt}
	*at = copied
	return nil
}

// salt identifies the plugin, its flags and the processor that it compiles for.
func (p Plugin) salt() ([]byte, error) {
	h := sha256.New()
	f, err := os.Open(p.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(h, "%s %d %d %s\n", p.Path, info.Size(), info.ModTime().UnixNano(), os.Getenv(envFlags))
	if _, err := io.Copy(h, io.LimitReader(f, 1<<20)); err != nil {
		return nil, err
	}
	return h.Sum([]byte(processor(p.Kind))), nil
}

// processor is what a compiler asks of the machine: the features of its CPU, and the
// names of its GPUs. Empty where the kernel does not say, as on macOS.
func processor(kind Kind) string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	var parts []string
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); name == "flags" || name == "model name" || name == "Features" {
			parts = append(parts, value)
		}
		if name == "" {
			break // the first core
		}
	}
	if kind == CUDA {
		parts = append(parts, gpus())
	}
	return strings.Join(parts, "")
}

//export graftCompile
func graftCompile(args *C.graft_compile_args) unsafe.Pointer {
	k := watching
	k.met(args.client)
	key := k.key(args)
	if k.load(args, key) {
		k.count(func(c *Executables) { c.Loaded++ })
		return nil
	}
	start := time.Now()
	if fault := C.graft_compile(args); fault != nil {
		return fault
	}
	k.count(func(c *Executables) { c.Compiled++ })
	if time.Since(start) >= worthKeeping {
		k.store(args.loaded, key)
	}
	return nil
}

func (k *keeper) count(add func(*Executables)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	add(&k.counts)
}

func (k *keeper) key(args *C.graft_compile_args) string {
	h := sha256.New()
	_, _ = h.Write(k.salt)
	for _, part := range [][]byte{
		view(args.program.format, args.program.format_size),
		view(args.options, args.options_size),
		view(args.program.code, args.program.code_size),
	} {
		fmt.Fprintf(h, "%d\n", len(part))
		_, _ = h.Write(part)
	}
	return hex.EncodeToString(h.Sum(nil))[:40]
}

// view is C's memory as bytes, valid as long as C keeps it.
func view(at *C.char, size C.size_t) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(at)), int(size))
}

// load hands the kept executable of key to args; false if there is none that the
// plugin takes.
func (k *keeper) load(args *C.graft_compile_args, key string) bool {
	kept, done := k.shelf.read(key)
	if kept == nil {
		return false
	}
	defer done()
	fault := C.graft_load(args.client, (*C.char)(unsafe.Pointer(unsafe.SliceData(kept))), C.size_t(len(kept)), &args.loaded)
	if fault != nil {
		C.graft_free_error(fault)
		k.shelf.remove(key)
		return false
	}
	return true
}

// store writes the executable to disk. What cannot be written is compiled again in
// the next process, as without a keeper.
func (k *keeper) store(loaded unsafe.Pointer, key string) {
	handle := cgo.NewHandle(func(bytes []byte) { k.shelf.write(key, bytes) })
	defer handle.Delete()
	if fault := C.graft_serialize(loaded, unsafe.Pointer(&handle)); fault != nil {
		C.graft_free_error(fault)
	}
}

//export graftKeep
func graftKeep(keep unsafe.Pointer, bytes *C.char, size C.size_t) {
	(*cgo.Handle)(keep).Value().(func([]byte))(view(bytes, size))
}
