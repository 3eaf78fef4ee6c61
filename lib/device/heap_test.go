package device

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestXLAKeepsItsBlocks runs a program that needs 64 MB for its time: after the first
// runs its pages stay, unlike in a process that leaves XLA to glibc; and all of them
// go back to the system when nothing computes.
func TestXLAKeepsItsBlocks(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("blocks are kept on Linux")
	}
	work := temporaries(t)
	work(3)
	require.Less(t, faults(func() { work(5) }), int64(pages)/2, "pages faulted in by five runs")
	all, free := blocks()
	require.Greater(t, free, uint64(60<<20))
	trim()
	left, free := blocks()
	require.Zero(t, free)
	require.Less(t, left, all)
	work(1) // maps them anew

	cmd := exec.Command(os.Args[0], "-test.run=^TestXLAWithoutBlocks$", "-test.v")
	cmd.Env = append(os.Environ(), EnvHeap+"=libc", "MALLOC_MMAP_THRESHOLD_=131072")
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", text)
	require.Contains(t, string(text), "--- PASS")
}

// pages is how many the 64 MB have.
const pages = 64 << 20 / 4096

// TestXLAWithoutBlocks is a part of the test above, in a process of its own.
func TestXLAWithoutBlocks(t *testing.T) {
	if os.Getenv(EnvHeap) != "libc" {
		t.Skip("TestXLAKeepsItsBlocks runs it")
	}
	work := temporaries(t)
	work(3)
	require.Greater(t, faults(func() { work(5) }), int64(5*pages*9/10))
	all, _ := blocks()
	require.Zero(t, all)
}

// TestBlocksOfManyThreads has programs of several sizes run at once while blocks go
// back to the system.
func TestBlocksOfManyThreads(t *testing.T) {
	var all sync.WaitGroup
	for i := range 4 {
		rows := 1024 + 512*i
		e, ones := products(t, rows)
		all.Go(func() {
			for range 20 {
				out, err := e.Call(ones)
				if assert.NoError(t, err) {
					assert.Equal(t, float32(8*4096*rows), out[0].Value())
				}
				trim()
			}
		})
	}
	all.Wait()
}

// temporaries returns work that runs a program of 64 MB n times.
func temporaries(t *testing.T) func(n int) {
	e, ones := products(t, 4096)
	return func(n int) {
		for range n {
			out, err := e.Call(ones)
			require.NoError(t, err)
			require.Equal(t, float32(8*4096*4096), out[0].Value())
		}
	}
}

// products is a program that adds up a product of rows x 4096, which it needs
// memory for, of matrices of ones.
func products(t *testing.T, rows int) (*graph.Exec, [][]float32) {
	d, err := openXLA(t.Context(), CPU)
	require.NoError(t, err)
	ones := make([][]float32, rows)
	for i := range ones {
		ones[i] = slices.Repeat([]float32{1}, 8)
	}
	return graph.MustNewExec(d.Backend, func(x *graph.Node) *graph.Node {
		square := graph.MatMul(x, graph.Ones(x.Graph(), shapes.Make(x.DType(), 8, 4096)))
		return graph.ReduceAllSum(square)
	}), ones
}

// faults counts the pages that the process faults in while f runs.
func faults(f func()) int64 {
	var before, after syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
	f()
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
	return after.Minflt - before.Minflt
}
