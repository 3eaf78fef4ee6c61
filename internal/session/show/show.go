// Package show turns the value of a cell's last expression into a bundle that a
// front end can display, as opposed to package plot, which draws what the
// library shows by itself.
//
//	show.Values([]reflect.Value{reflect.ValueOf([]string{"a b", "c"})})
//	// text/plain: ["a b" "c"]
//
// A [display.Displayer] shows itself, an image is shown as PNG, which a terminal draws
// as it can, everything else is text: the form of fmt's %+v, except that strings
// within quotes show where they begin and end, that types of structs are named,
// that pointers to structs are followed, and that long values are cut. Several
// values are parted by commas. An error or a [fmt.Stringer] shows its own text.
package show

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"reflect"
	"strings"

	"graft/lib/display"
)

// Values returns the bundle of the results of one expression. It never panics:
// where a method of a value does, the panic is part of the text.
func Values(values []reflect.Value) display.Bundle {
	if len(values) == 1 {
		return one(values[0])
	}
	var parts []string
	for _, v := range values {
		text, _ := one(v).Data[display.Text].(string)
		parts = append(parts, text)
	}
	return display.Plain(strings.Join(parts, ", "))
}

func one(v reflect.Value) (b display.Bundle) {
	defer func() {
		if p := recover(); p != nil {
			b = display.Plain(fmt.Sprintf("%s (its Display method panicked: %v)", v.Type(), p))
		}
	}()
	if !v.IsValid() || !v.CanInterface() || isNil(v) {
		return display.Plain(Text(v))
	}
	switch x := addressed(v).(type) {
	case display.Displayer:
		return withText(x.Display(), v)
	case display.Bundle:
		return withText(x, v)
	case image.Image:
		return picture(x)
	}
	return display.Plain(Text(v))
}

// addressed returns v, or a pointer to it if only that can be shown.
func addressed(v reflect.Value) any {
	if v.CanAddr() && v.Addr().CanInterface() {
		if d, ok := v.Addr().Interface().(display.Displayer); ok {
			return d
		}
	}
	return v.Interface()
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return v.IsNil()
	}
	return false
}

// withText makes sure that there is something to print.
func withText(b display.Bundle, v reflect.Value) display.Bundle {
	if _, ok := b.Data[display.Text]; ok {
		return b
	}
	data := map[string]any{display.Text: v.Type().String()}
	for mime, x := range b.Data {
		data[mime] = x
	}
	b.Data = data
	return b
}

// mostPixels is the largest image that becomes a file: an image.Uniform is of any size,
// and a row of it alone takes gigabytes.
const mostPixels = 64_000_000

func picture(img image.Image) display.Bundle {
	size := img.Bounds().Size()
	text := fmt.Sprintf("image, %d×%d pixels", size.X, size.Y)
	if size.X <= 0 || size.Y <= 0 || size.X > mostPixels/size.Y {
		return display.Plain(text)
	}
	b := display.Plain(text)
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err == nil {
		b.Data[display.PNG] = buf.Bytes()
	}
	return b
}
