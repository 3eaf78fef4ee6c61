package vm

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"regexp"
	"sync"
	"unsafe"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"graft/internal/golang/registry"
)

var (
	anyType   = reflect.TypeFor[any]()
	errorType = reflect.TypeFor[error]()
	ptrType   = reflect.TypeFor[unsafe.Pointer]()
)

// fabrication serialises the making of types: reflectx keeps process-wide maps
// without locks.
var fabrication sync.Mutex

// typeTable maps the types of the checker to types in memory, and back for the
// types made here. Its methods need the machine's lock.
type typeTable struct {
	m       *Machine
	known   typeutil.Map // types.Type -> reflect.Type
	back    sync.Map     // *rtype -> types.Type, for types that mention cell types
	learned map[*types.Named]reflect.Type
	studied map[string]bool // packages whose unexported types were looked for
	pending []types.Type    // fabricated types whose methods are not set yet
	// What names of types in functions need; see typename.go.
	within   *ssa.Function // that is being compiled
	implicit map[*types.TypeName][]types.Type
	locals   map[*types.Package][]token.Pos
	nesting  int
}

var basicTypes = [...]reflect.Type{
	types.Bool: reflect.TypeFor[bool](), types.Int: reflect.TypeFor[int](),
	types.Int8: reflect.TypeFor[int8](), types.Int16: reflect.TypeFor[int16](),
	types.Int32: reflect.TypeFor[int32](), types.Int64: reflect.TypeFor[int64](),
	types.Uint: reflect.TypeFor[uint](), types.Uint8: reflect.TypeFor[uint8](),
	types.Uint16: reflect.TypeFor[uint16](), types.Uint32: reflect.TypeFor[uint32](),
	types.Uint64: reflect.TypeFor[uint64](), types.Uintptr: reflect.TypeFor[uintptr](),
	types.Float32: reflect.TypeFor[float32](), types.Float64: reflect.TypeFor[float64](),
	types.Complex64: reflect.TypeFor[complex64](), types.Complex128: reflect.TypeFor[complex128](),
	types.String: reflect.TypeFor[string](), types.UnsafePointer: ptrType,
	types.UntypedBool: reflect.TypeFor[bool](), types.UntypedInt: reflect.TypeFor[int](),
	types.UntypedRune: reflect.TypeFor[rune](), types.UntypedFloat: reflect.TypeFor[float64](),
	types.UntypedComplex: reflect.TypeFor[complex128](), types.UntypedString: reflect.TypeFor[string](),
	types.UntypedNil: ptrType,
}

// Type returns the native type of t, or the type fabricated for it.
func (m *Machine) Type(t types.Type) reflect.Type {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.types.of(t)
}

// of returns the type in memory of t.
func (tt *typeTable) of(t types.Type) reflect.Type {
	t = types.Unalias(t)
	if b, ok := t.(*types.Basic); ok {
		return basicTypes[b.Kind()]
	}
	if r := tt.known.At(t); r != nil {
		return r.(reflect.Type)
	}
	if tt.nesting == 0 {
		fabrication.Lock()
		defer fabrication.Unlock()
	}
	tt.nesting++
	r := tt.build(t)
	tt.record(t, r)
	if tt.nesting == 1 {
		tt.finishMethods()
	}
	tt.nesting--
	return r
}

func (tt *typeTable) record(t types.Type, r reflect.Type) {
	tt.known.Set(t, r)
	if _, ok := tt.back.Load(rtypeOf(r)); !ok {
		tt.back.Store(rtypeOf(r), t)
	}
}

func (tt *typeTable) build(t types.Type) reflect.Type {
	switch t := t.(type) {
	case *types.Named:
		return tt.named(t)
	case *types.Pointer:
		return reflect.PointerTo(tt.of(t.Elem()))
	case *types.Slice:
		return reflect.SliceOf(tt.of(t.Elem()))
	case *types.Array:
		return tt.array(t)
	case *types.Map:
		return reflect.MapOf(tt.of(t.Key()), tt.of(t.Elem()))
	case *types.Chan:
		dir := [...]reflect.ChanDir{reflect.BothDir, reflect.SendDir, reflect.RecvDir}[t.Dir()]
		return reflect.ChanOf(dir, tt.of(t.Elem()))
	case *types.Signature:
		return tt.signature(t)
	case *types.Struct:
		return tt.structure(t)
	case *types.Interface:
		return tt.literalInterface(t)
	case *types.Tuple:
		return tt.tuple(t)
	}
	return ptrType // opaque types of package ssa
}

// array refuses what an instance of a generic type or function may ask for.
func (tt *typeTable) array(t *types.Array) reflect.Type {
	return arrayOf(t, tt.of(t.Elem()))
}

func arrayOf(t *types.Array, elem reflect.Type) reflect.Type {
	if size := int64(elem.Size()); size > 0 && t.Len() > addressSpace/size {
		panic(fmt.Errorf("type %s larger than address space", t))
	}
	return reflect.ArrayOf(int(t.Len()), elem)
}

// addressSpace is the number of bytes that the compiler takes for the largest type.
const addressSpace = 1 << 50

// signature leaves the receiver out.
func (tt *typeTable) signature(sig *types.Signature) reflect.Type {
	return reflect.FuncOf(tt.list(sig.Params()), tt.list(sig.Results()), sig.Variadic())
}

func (tt *typeTable) list(tuple *types.Tuple) []reflect.Type {
	list := make([]reflect.Type, tuple.Len())
	for i := range list {
		list[i] = tt.of(tuple.At(i).Type())
	}
	return list
}

func (tt *typeTable) tuple(tuple *types.Tuple) reflect.Type {
	fields := make([]reflect.StructField, tuple.Len())
	for i, t := range tt.list(tuple) {
		fields[i] = reflect.StructField{Name: slotName(i), Type: t}
	}
	return reflect.StructOf(fields)
}

// literalInterface gives an interface literal a type of its own with the layout
// of any; see isEface.
func (tt *typeTable) literalInterface(t *types.Interface) reflect.Type {
	if t.NumMethods() == 0 {
		return anyType
	}
	return fabricate("", folders.ReplaceAllString(tt.argumentName(t), ""), anyType, 0, 0)
}

// folders are what a package's path has before its name.
var folders = regexp.MustCompile(`[\w.\-]+/`)

func shortName(p *types.Package) string { return p.Name() }

// named resolves t to the native type of a registered package, or makes it.
func (tt *typeTable) named(t *types.Named) reflect.Type {
	obj := t.Obj()
	if obj.Pkg() == nil {
		if obj.Name() == "error" {
			return errorType
		}
		return tt.of(t.Underlying())
	}
	if r := tt.native(t); r != nil {
		return r
	}
	return tt.fabricateNamed(t)
}

// native returns the type of a registered package, or nil for types of cells
// and of packages that are interpreted from source.
func (tt *typeTable) native(t *types.Named) reflect.Type {
	obj := t.Obj()
	if obj.Pkg().Path() == "main" || obj.Parent() != nil && obj.Parent() != obj.Pkg().Scope() {
		return nil
	}
	pkg := registry.Lookup(obj.Pkg().Path())
	if pkg == nil {
		return nil
	}
	if args := t.TypeArgs(); args.Len() > 0 {
		r, _ := pkg.Generics[registry.InstanceKey(obj.Name(), typeList(args))].(reflect.Type)
		return r
	}
	if r := pkg.Types[obj.Name()]; r != nil {
		return r
	}
	tt.study(obj.Pkg(), pkg)
	return tt.learned[t]
}

func typeList(l *types.TypeList) []types.Type {
	list := make([]types.Type, l.Len())
	for i := range list {
		list[i] = l.At(i)
	}
	return list
}

// study finds the unexported types of a native package by walking the checker's
// types and the native ones of its exported objects side by side.
func (tt *typeTable) study(p *types.Package, pkg *registry.Package) {
	if tt.studied[p.Path()] {
		return
	}
	tt.studied[p.Path()] = true
	w := walker{tt: tt, seen: map[types.Type]bool{}}
	for _, name := range p.Scope().Names() {
		switch obj := p.Scope().Lookup(name).(type) {
		case *types.Var:
			if v, ok := pkg.Vars[name]; ok {
				w.walk(obj.Type(), reflect.TypeOf(v).Elem())
			}
		case *types.Func:
			if f, ok := pkg.Funcs[name]; ok {
				w.walk(obj.Type(), reflect.TypeOf(f))
			}
		case *types.TypeName:
			if r, ok := pkg.Types[name]; ok {
				w.walk(obj.Type(), r)
			}
		}
	}
}

// walker records the native type of every unexported named type it meets.
type walker struct {
	tt   *typeTable
	seen map[types.Type]bool
}

func (w *walker) walk(t types.Type, r reflect.Type) {
	t = types.Unalias(t)
	if w.seen[t] || r == nil {
		return
	}
	w.seen[t] = true
	if n, ok := t.(*types.Named); ok {
		if n.TypeArgs().Len() == 0 && !n.Obj().Exported() && n.Obj().Pkg() != nil {
			w.tt.learned[n] = r
		}
		w.methods(n, r)
	}
	w.parts(t.Underlying(), r)
}

func (w *walker) methods(n *types.Named, r reflect.Type) {
	if r.Kind() != reflect.Interface {
		r = reflect.PointerTo(r)
	}
	for f := range n.Methods() {
		if m, ok := r.MethodByName(f.Name()); ok && f.Exported() {
			w.walkSignature(f.Type().(*types.Signature), m.Type, 1)
		}
	}
}

func (w *walker) parts(t types.Type, r reflect.Type) {
	switch t := t.(type) {
	case *types.Pointer:
		if r.Kind() == reflect.Pointer {
			w.walk(t.Elem(), r.Elem())
		}
	case *types.Slice:
		w.walk(t.Elem(), r.Elem())
	case *types.Array:
		w.walk(t.Elem(), r.Elem())
	case *types.Chan:
		w.walk(t.Elem(), r.Elem())
	case *types.Map:
		w.walk(t.Key(), r.Key())
		w.walk(t.Elem(), r.Elem())
	case *types.Signature:
		w.walkSignature(t, r, 0)
	case *types.Struct:
		for i := 0; i < t.NumFields() && t.NumFields() == r.NumField(); i++ {
			w.walk(t.Field(i).Type(), r.Field(i).Type)
		}
	case *types.Interface:
		for f := range t.Methods() {
			if m, ok := r.MethodByName(f.Name()); ok {
				w.walkSignature(f.Type().(*types.Signature), m.Type, 0)
			}
		}
	}
}

func (w *walker) walkSignature(sig *types.Signature, r reflect.Type, skip int) {
	if sig.TypeParams().Len() > 0 || r.NumIn() != sig.Params().Len()+skip || r.NumOut() != sig.Results().Len() {
		return
	}
	for i := range sig.Params().Len() {
		w.walk(sig.Params().At(i).Type(), r.In(i+skip))
	}
	for i := range sig.Results().Len() {
		w.walk(sig.Results().At(i).Type(), r.Out(i))
	}
}

// goType returns the checker's type of a type in memory that was made here or
// derived from one by reflection, or nil.
func (tt *typeTable) goType(r *rtype) types.Type {
	if t, ok := tt.back.Load(r); ok {
		return t.(types.Type)
	}
	if t := typeOfRtype(r); t.Kind() == reflect.Pointer && t.Name() == "" {
		if elem := tt.goType(rtypeOf(t.Elem())); elem != nil {
			return types.NewPointer(elem)
		}
	}
	return nil
}
