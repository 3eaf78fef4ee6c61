//go:build !go1.26 || go1.27

package vm

// Package vm knows the memory layout of the types of Go 1.26; see linkname.go.
// Another Go version needs the mirrors there and the self-test looked over.
const _ = graft_must_be_built_with_the_toolchain_named_in_go_mod
