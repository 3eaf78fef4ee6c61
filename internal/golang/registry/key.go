package registry

import (
	"go/types"
	"strconv"
	"strings"
)

// InstanceKey names an instance of a generic function or type in
// Package.Generics: "FromValue[[]float32]". Identical type arguments give equal
// keys: aliases are resolved (byte is uint8, any is interface{}), parameter
// names are left out, and packages are written as import paths.
func InstanceKey(name string, targs []types.Type) string {
	var b strings.Builder
	b.WriteString(name)
	writeArgs(&b, targs)
	return b.String()
}

func writeArgs(b *strings.Builder, targs []types.Type) {
	b.WriteByte('[')
	for i, t := range targs {
		if i > 0 {
			b.WriteByte(',')
		}
		writeType(b, t)
	}
	b.WriteByte(']')
}

// writeType writes t in the canonical form of InstanceKey. Struct and non-empty
// interface literals, which no table has, use go/types' own notation.
func writeType(b *strings.Builder, t types.Type) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		b.WriteString(basicName(t))
	case *types.Named:
		writeNamed(b, t)
	case *types.Pointer:
		writePrefixed(b, "*", t.Elem())
	case *types.Slice:
		writePrefixed(b, "[]", t.Elem())
	case *types.Array:
		writePrefixed(b, "["+strconv.FormatInt(t.Len(), 10)+"]", t.Elem())
	case *types.Map:
		writePrefixed(b, "map[", t.Key())
		writePrefixed(b, "]", t.Elem())
	case *types.Chan:
		writePrefixed(b, [...]string{"chan ", "chan<- ", "<-chan "}[t.Dir()]+"(", t.Elem())
		b.WriteByte(')')
	case *types.Signature:
		b.WriteString("func")
		writeSignature(b, t)
	case *types.Interface:
		if t.Empty() {
			b.WriteString("interface{}")
			return
		}
		b.WriteString(types.TypeString(t, nil))
	default:
		b.WriteString(types.TypeString(t, nil))
	}
}

func writePrefixed(b *strings.Builder, prefix string, t types.Type) {
	b.WriteString(prefix)
	writeType(b, t)
}

func basicName(t *types.Basic) string {
	if k := t.Kind(); k == types.UnsafePointer {
		return "unsafe.Pointer"
	} else if int(k) < len(types.Typ) {
		return types.Typ[k].Name() // byte and rune share their kind with uint8 and int32
	}
	return t.Name()
}

func writeNamed(b *strings.Builder, t *types.Named) {
	if pkg := t.Obj().Pkg(); pkg != nil {
		b.WriteString(pkg.Path())
		b.WriteByte('.')
	}
	b.WriteString(t.Obj().Name())
	if args := t.TypeArgs(); args.Len() > 0 {
		list := make([]types.Type, args.Len())
		for i := range list {
			list[i] = args.At(i)
		}
		writeArgs(b, list)
	}
}

func writeSignature(b *strings.Builder, sig *types.Signature) {
	writeTuple(b, sig.Params(), sig.Variadic())
	if n := sig.Results().Len(); n == 1 {
		writePrefixed(b, " ", sig.Results().At(0).Type())
	} else if n > 1 {
		b.WriteByte(' ')
		writeTuple(b, sig.Results(), false)
	}
}

func writeTuple(b *strings.Builder, tuple *types.Tuple, variadic bool) {
	b.WriteByte('(')
	for i := range tuple.Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		t := tuple.At(i).Type()
		if slice, ok := t.(*types.Slice); ok && variadic && i == tuple.Len()-1 {
			writePrefixed(b, "...", slice.Elem())
			continue
		}
		writeType(b, t)
	}
	b.WriteByte(')')
}
