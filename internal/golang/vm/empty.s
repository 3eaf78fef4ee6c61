// Functions without a body (linkname.go) need an assembly file in the package.
