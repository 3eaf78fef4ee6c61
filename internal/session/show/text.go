package show

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

const (
	maxItems  = 100   // of a slice, array or map
	maxDepth  = 6     // of structs, slices and maps within each other
	maxLength = 20000 // of the whole text, in bytes
)

// Text returns the text form of a value; see the package comment.
func Text(v reflect.Value) string {
	var t text
	t.value(v, 0)
	if t.Len() > maxLength {
		return strings.ToValidUTF8(t.String()[:maxLength], "") + " … (cut)"
	}
	return t.String()
}

type text struct{ strings.Builder }

func (t *text) value(v reflect.Value, depth int) {
	if t.Len() > maxLength {
		return
	}
	if !v.IsValid() {
		t.WriteString("nil")
		return
	}
	if t.own(v) {
		return
	}
	if draw, ok := drawers[v.Kind()]; ok {
		draw(t, v, depth)
		return
	}
	t.plain(v)
}

// own writes what an error or Stringer says of itself.
func (t *text) own(v reflect.Value) (done bool) {
	if !v.CanInterface() || isNil(v) {
		return false
	}
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(t, "%s (its String or Error method panicked: %v)", v.Type(), p)
			done = true
		}
	}()
	switch x := v.Interface().(type) {
	case error:
		t.WriteString(x.Error())
	case fmt.Stringer:
		t.WriteString(x.String())
	default:
		return false
	}
	return true
}

// plain writes numbers and the like; values of unexported fields included.
func (t *text) plain(v reflect.Value) { fmt.Fprintf(t, "%v", v) }

var drawers map[reflect.Kind]func(*text, reflect.Value, int)

func init() {
	drawers = map[reflect.Kind]func(*text, reflect.Value, int){
		reflect.String:    (*text).str,
		reflect.Struct:    (*text).structure,
		reflect.Slice:     (*text).list,
		reflect.Array:     (*text).list,
		reflect.Map:       (*text).dict,
		reflect.Pointer:   (*text).pointer,
		reflect.Interface: func(t *text, v reflect.Value, depth int) { t.value(v.Elem(), depth) },
		reflect.Func:      (*text).typed,
		reflect.Chan:      (*text).typed,
	}
}

// str quotes a string; one of several lines is left as it is, in backquotes.
func (t *text) str(v reflect.Value, depth int) {
	s := v.String()
	if depth == 0 && strings.Contains(s, "\n") && strconv.CanBackquote(strings.ReplaceAll(s, "\n", "")) {
		t.WriteString("`" + s + "`")
		return
	}
	t.WriteString(strconv.Quote(s))
}

func (t *text) structure(v reflect.Value, depth int) {
	t.WriteString(v.Type().Name() + "{")
	for i := range v.NumField() {
		if i > 0 {
			t.WriteByte(' ')
		}
		t.WriteString(v.Type().Field(i).Name + ":")
		t.inner(v.Field(i), depth)
	}
	t.WriteByte('}')
}

func (t *text) list(v reflect.Value, depth int) {
	if isNil(v) {
		t.WriteString("[]")
		return
	}
	t.WriteByte('[')
	for i := range min(v.Len(), maxItems) {
		if i > 0 {
			t.WriteByte(' ')
		}
		t.inner(v.Index(i), depth)
	}
	t.more(v.Len())
	t.WriteByte(']')
}

func (t *text) dict(v reflect.Value, depth int) {
	t.WriteString("map[")
	keys := v.MapKeys()
	rank := make(map[reflect.Value]string, len(keys))
	for _, k := range keys {
		rank[k] = Text(k)
	}
	slices.SortFunc(keys, func(a, b reflect.Value) int { return order(a, b, rank) })
	for i, k := range keys[:min(len(keys), maxItems)] {
		if i > 0 {
			t.WriteByte(' ')
		}
		t.WriteString(rank[k] + ":")
		t.inner(v.MapIndex(k), depth)
	}
	t.more(len(keys))
	t.WriteByte(']')
}

// order sorts numbers by size and everything else by its text.
func order(a, b reflect.Value, rank map[reflect.Value]string) int {
	switch {
	case a.CanInt() && b.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanFloat() && b.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	}
	return strings.Compare(rank[a], rank[b])
}

func (t *text) more(n int) {
	if n > maxItems {
		fmt.Fprintf(t, " … %d in all", n)
	}
}

func (t *text) pointer(v reflect.Value, depth int) {
	if isNil(v) {
		t.WriteString("nil")
		return
	}
	if depth == 0 && v.Elem().Kind() == reflect.Struct {
		t.WriteByte('&')
		t.value(v.Elem(), depth)
		return
	}
	fmt.Fprintf(t, "(%s)(%#x)", v.Type(), v.Pointer())
}

func (t *text) typed(v reflect.Value, _ int) {
	if isNil(v) {
		t.WriteString("nil")
		return
	}
	t.WriteString(v.Type().String())
}

func (t *text) inner(v reflect.Value, depth int) {
	if depth >= maxDepth {
		t.WriteString("…")
		return
	}
	t.value(v, depth+1)
}
