package vm

import (
	"go/types"
	"strconv"
	"strings"
)

// typeName returns the name as reflection shows it, with type arguments.
func (tt *typeTable) typeName(t *types.Named) string {
	return t.Obj().Name() + argumentNames(t.TypeArgs())
}

func argumentNames(args *types.TypeList) string {
	if args.Len() == 0 {
		return ""
	}
	list := make([]string, args.Len())
	for i := range list {
		list[i] = argumentName(args.At(i))
	}
	return "[" + strings.Join(list, ",") + "]"
}

// argumentName writes a type argument as it stands in the names that the compiler
// gives: paths before names, no aliases, spaces as reflection has them.
func argumentName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return types.Typ[t.Kind()].Name()
	case *types.Named:
		return qualified(t) + argumentNames(t.TypeArgs())
	case *types.Pointer:
		return "*" + argumentName(t.Elem())
	case *types.Slice:
		return "[]" + argumentName(t.Elem())
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + argumentName(t.Elem())
	case *types.Map:
		return "map[" + argumentName(t.Key()) + "]" + argumentName(t.Elem())
	case *types.Chan:
		return chanName(t)
	case *types.Signature:
		return "func" + signatureName(t)
	case *types.Interface:
		var list []string
		for m := range t.Methods() {
			list = append(list, m.Name()+signatureName(m.Signature()))
		}
		return braces("interface", list)
	case *types.Struct:
		return structName(t)
	}
	return types.TypeString(t, (*types.Package).Path)
}

func qualified(t *types.Named) string {
	if pkg := t.Obj().Pkg(); pkg != nil {
		return pkg.Path() + "." + t.Obj().Name()
	}
	return t.Obj().Name()
}

func chanName(t *types.Chan) string {
	elem := argumentName(t.Elem())
	switch t.Dir() {
	case types.SendOnly:
		return "chan<- " + elem
	case types.RecvOnly:
		return "<-chan " + elem
	}
	if strings.HasPrefix(elem, "<-") {
		elem = "(" + elem + ")"
	}
	return "chan " + elem
}

func signatureName(s *types.Signature) string {
	params := tupleNames(s.Params())
	if s.Variadic() {
		last := len(params) - 1
		params[last] = "..." + strings.TrimPrefix(params[last], "[]")
	}
	text := "(" + strings.Join(params, ", ") + ")"
	switch results := tupleNames(s.Results()); len(results) {
	case 0:
		return text
	case 1:
		return text + " " + results[0]
	default:
		return text + " (" + strings.Join(results, ", ") + ")"
	}
}

func tupleNames(t *types.Tuple) []string {
	var list []string
	for v := range t.Variables() {
		list = append(list, argumentName(v.Type()))
	}
	return list
}

func structName(t *types.Struct) string {
	var list []string
	for i := range t.NumFields() {
		text := argumentName(t.Field(i).Type())
		if !t.Field(i).Embedded() {
			text = t.Field(i).Name() + " " + text
		}
		if tag := t.Tag(i); tag != "" {
			text += " " + strconv.Quote(tag)
		}
		list = append(list, text)
	}
	return braces("struct", list)
}

func braces(word string, list []string) string {
	if len(list) == 0 {
		return word + " {}"
	}
	return word + " { " + strings.Join(list, "; ") + " }"
}
