// Command yaegi serves measurements of yaegi to bench/cells. run.sh builds it in a
// module of its own, so that yaegi is no dependency of graft.
package main

import (
	"fmt"
	"os"

	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"

	"graft/bench/cells/measure"
)

type engine struct{ in *interp.Interpreter }

func (e engine) Eval(source string) (string, error) {
	v, err := e.in.Eval(source)
	if err != nil || !v.IsValid() || !v.CanInterface() {
		return "", err
	}
	return fmt.Sprint(v.Interface()), nil
}

func main() {
	measure.Serve(os.Stdin, os.Stdout, func() measure.Engine {
		in := interp.New(interp.Options{})
		if err := in.Use(stdlib.Symbols); err != nil {
			panic(err)
		}
		return engine{in}
	})
}
