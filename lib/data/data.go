// Package data holds labelled photographs: it finds them in a folder, in a table
// or in memory, decodes every kind of file people have, checks all of them before
// anything is trained, and splits them fairly. It ends with an upright RGB image
// and a label, as opposed to package preprocess, which makes network inputs of
// images, and package train, which batches and shuffles those.
//
//	photos, err := data.ImageFolder("cells/")
//	if err != nil {
//		return err
//	}
//	fmt.Println(photos.Health()) // what was left out, and why
//	train, valid, test, err := photos.Split(100, 200, data.Rest)
//
// One rule for pixels, wherever they come from: turned upright by EXIF; grey,
// palette and CMYK become RGB; of 16 bits the upper 8 count; transparent parts
// are laid on white; of an animation the first frame counts.
//
// One rule for files: what cannot be used is named in the [Report] and left out
// (with [Strict] it is an error), so the counts shown are those trained on.
package data

import (
	"context"
	"maps"
)

// Option adjusts how a set is loaded or split.
type Option func(*settings)

type settings struct {
	ctx       context.Context
	name      string // of the set, for people
	seed      uint64
	maxPixels int64
	strict    bool

	// tables
	image, label, target string
	header               []string
	labels               map[string]string
	where                map[string]string
	root                 string
	separator            rune
}

// DefaultMaxPixels is the size of the largest picture that is decoded: 64 million
// pixels, which take 256 MB.
const DefaultMaxPixels = 64_000_000

func settle(opts []Option) settings {
	set := settings{ctx: context.Background(), maxPixels: DefaultMaxPixels}
	for _, opt := range opts {
		opt(&set)
	}
	return set
}

// With makes loading stop with ctx and show its progress there.
func With(ctx context.Context) Option {
	return func(s *settings) {
		if ctx != nil {
			s.ctx = ctx
		}
	}
}

// Seed begins the random numbers of [Set.Split]; the default is 0. A set keeps
// the seed it was loaded with.
func Seed(seed uint64) Option { return func(s *settings) { s.seed = seed } }

// MaxPixels sets how many pixels a picture may have before it is left out instead
// of decoded. The default is [DefaultMaxPixels].
func MaxPixels(n int64) Option { return func(s *settings) { s.maxPixels = n } }

// Strict turns every example that would be left out into an error.
func Strict() Option { return func(s *settings) { s.strict = true } }

// Columns names the columns of a table that hold the file names and the classes.
// An empty name is found by itself.
func Columns(image, label string) Option {
	return func(s *settings) { s.image, s.label = image, label }
}

// Target names the column of a table that holds a number to be predicted; the set
// then has targets instead of classes.
func Target(column string) Option { return func(s *settings) { s.target = column } }

// Header names the columns of a table that has no line of names, first to last.
func Header(names ...string) Option { return func(s *settings) { s.header = names } }

// Labels says which class each value of the label column means. Rows with other
// values are left out and counted.
func Labels(names map[string]string) Option {
	return func(s *settings) { s.labels = maps.Clone(names) }
}

// Where keeps the rows of a table whose column has the value; used twice, rows
// must meet both.
func Where(column, value string) Option {
	return func(s *settings) {
		if s.where == nil {
			s.where = map[string]string{}
		}
		s.where[column] = value
	}
}

// Root is the folder that file names in a table start from. By default it is the
// table's own folder or the folder in it that has the files.
func Root(dir string) Option { return func(s *settings) { s.root = dir } }

// Separator is what stands between the columns of a table; by default it is found
// out. A space means any run of spaces and tabs.
func Separator(r rune) Option { return func(s *settings) { s.separator = r } }
