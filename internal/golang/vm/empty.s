// Bodyless functions (linkname.go) need an assembly file in the package.
