// Package checkpoint is the files that a fit leaves while it runs, so that it can be gone
// on with when its process ends: points, each the state of a fit at one moment, and the
// parts that they name. It sees to it that a point is whole or does not exist: files are
// written under another name, synced and renamed, and carry their SHA-256; a lock says who
// writes. What a point says is the run's, as opposed to package train, which fills it in
// and makes a run of it again; of a point this package reads its format, its parts, and
// the network and the place that a list shows.
//
//	folder, err := checkpoint.Create(dir, "mobilenet")
//	if err != nil {
//		return err
//	}
//	defer folder.Close()
//	w := checkpoint.NewWriter(folder)
//	err = w.Write(checkpoint.Draft{Now: parameters, Point: func(parts map[string]checkpoint.Part) any {
//		return map[string]any{"format": checkpoint.Format, "net": "mobilenet", "parts": parts}
//	}})
//
// [Unfinished] lists what fits left behind, [ReadPoint] reads a point, and [Check] holds
// its parts against their digests.
package checkpoint

import (
	"path/filepath"
	"time"

	"graft/lib/hub"
)

// A checkpoint is a folder with a lock, two points and the parts they name:
//
//	lock                        held by the fit that writes, or goes on
//	point-00000007.json         where the fit stood: JSON, then its SHA-256 in hex
//	point-00000008.json
//	base-DIGEST.safetensors     parameters that cannot have moved, written once
//	now-00000008-DIGEST...      the others and the optimizer's state, of each point
//	safe-, best-, first-DIGEST  parameters that the fit may go back to
//	about-DIGEST.json           network and data, for the layer above
//
// Parts come first and never change; a point is written under another name and
// renamed, so it names whole parts or does not exist. Each part's SHA-256 is in the
// point. The last two points stay: a damaged last one costs what lies between them.
const (
	lockName    = "lock"
	pointPrefix = "point-"
	partPrefix  = ".new-" // of files that are being written
)

// Format is what a point must say of itself as "format". It is raised when older programs
// could not read a point rightly.
const Format = 1

// Part is a file of a checkpoint.
type Part struct {
	File   string `json:"file"`
	Digest string `json:"sha256"`
}

// head is what this package reads of a point.
type head struct {
	Format  int       `json:"format"`
	Net     string    `json:"net"`
	Written time.Time `json:"written"`
	Epochs  int       `json:"epochs"`
	At      struct {
		Epoch int `json:"epoch"`
	} `json:"at"`
	Parts map[string]Part `json:"parts"`
}

// Dir is where checkpoints go by default: a folder for each fit that has not come to its
// end.
func Dir() string { return filepath.Join(hub.CacheDir(), "checkpoints") }
