package golang

import (
	"fmt"
	"slices"
	"strings"

	"graft/internal/golang/registry"
	"graft/internal/near"
)

// unbound is the error for an import path without a table: a near one if there is
// one, else what is bound and how to bind more.
func unbound(path string) error {
	paths := registry.Paths()
	if hint := near.Hint(path, paths); hint != "" {
		return fmt.Errorf("no package %q%s", path, hint)
	}
	return fmt.Errorf("no package %q among those that cells can import: %s (graft extend %[1]s builds a graft that has it)", path, strings.Join(bound(paths), ", "))
}

// bound names the packages of paths in short: the standard library, and modules.
func bound(paths []string) []string {
	modules := []string{"most of the standard library"}
	for _, path := range paths {
		parts := strings.Split(path, "/")
		n := 3
		switch {
		case path == failPath, parts[0] != "graft" && !strings.Contains(parts[0], "."):
			continue
		case parts[0] == "graft":
			n = 2
		}
		if module := strings.Join(parts[:min(n, len(parts))], "/"); !slices.Contains(modules, module) {
			modules = append(modules, module)
		}
	}
	return modules
}
