//go:build lists && full

package golang

func init() { every = 1 }
