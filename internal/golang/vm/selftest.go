package vm

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// selfTest checks what this package takes for granted about the runtime, before
// a mistake can corrupt memory.
var selfTest = sync.OnceFunc(func() {
	for name, check := range map[string]func() bool{
		"rtype":  rtypeMirrors,
		"itab":   itabMirrors,
		"map":    mapWorks,
		"named":  fabricationWorks,
		"label":  labelsWork,
		"struct": structMirrors,
		"bounds": boundsWork,
		"group":  groupMirrors,
	} {
		if !check() {
			panic(fmt.Sprintf("vm: self-test %q failed: this Go version is not the one that go.mod names (build with that toolchain)", name))
		}
	}
})

func rtypeMirrors() bool {
	word, text, ptr := rtypeOf(reflect.TypeFor[int32]()), rtypeOf(reflect.TypeFor[string]()), rtypeOf(reflect.TypeFor[*int]())
	return word.size == 4 && reflect.Kind(word.kind) == reflect.Int32 && !word.direct() &&
		text.size == 16 && text.ptrBytes == 8 && ptr.direct() && typeOfRtype(ptr) == reflect.TypeFor[*int]()
}

func structMirrors() bool {
	s := (*structRtype)(unsafe.Pointer(rtypeOf(reflect.TypeFor[struct {
		A int8
		B string
	}]())))
	return len(s.fields) == 2 && s.fields[1].offset == 8 && s.fields[1].typ == rtypeOf(reflect.TypeFor[string]())
}

func groupMirrors() bool {
	var w sync.WaitGroup
	w.Add(3)
	return unfinished(&w) == 3
}

func itabMirrors() bool {
	var s fmt.Stringer = reflect.ValueOf(0)
	tab := (*iface)(unsafe.Pointer(&s)).tab
	t := rtypeOf(reflect.TypeFor[reflect.Value]())
	return tab.typ == t && getitab(rtypeOf(reflect.TypeFor[fmt.Stringer]()), t, true) == tab
}

func mapWorks() bool {
	m := map[string]int{"a": 1}
	key := "a"
	p, ok := mapaccess2(rtypeOf(reflect.TypeOf(m)), *(*unsafe.Pointer)(unsafe.Pointer(&m)), unsafe.Pointer(&key))
	return ok && *(*int)(p) == 1
}

func fabricationWorks() bool {
	fabrication.Lock()
	defer fabrication.Unlock()
	t := fabricate("main", "selfTest", reflect.TypeFor[struct{ A int }](), 0, 0)
	v := reflect.New(t).Elem()
	v.Field(0).SetInt(7)
	text, err := json.Marshal(v.Interface())
	m := reflect.MakeMap(reflect.MapOf(t, t))
	m.SetMapIndex(v, v)
	return err == nil && string(text) == `{"A":7}` && fmt.Sprintf("%T%v", v, v) == "reflect.Value{7}" &&
		fmt.Sprintf("%T", v.Interface()) == "main.selfTest" && m.MapIndex(v).Field(0).Int() == 7
}

func labelsWork() bool {
	before := getProfLabel()
	defer setProfLabel(before)
	t := &thread{}
	t.label.list = []label{{"graft", unsafe.String((*byte)(unsafe.Pointer(t)), 1)}}
	t.setLabel()
	return currentThread() == t
}
