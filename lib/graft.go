package graft

import (
	"context"
	"image"

	"graft/lib/data"
	"graft/lib/task"
	"graft/lib/train"
)

// Option changes how a verb works; see package train.
type Option = train.Option

// Rest, as a size in Split, is all photographs that are left.
const Rest = data.Rest

// ImageFolder loads a folder of photographs that has a folder for each class. What
// cannot be read is reported, not fatal. It takes the options Seed, and those of
// [Data].
func ImageFolder(dir string, opts ...Option) (*data.Set, error) {
	s, err := train.Resolve("ImageFolder", train.Settings{}, opts, dataOptions...)
	if err != nil {
		return nil, err
	}
	return data.ImageFolder(dir, loading(s)...)
}

// CSV loads photographs named in a table, one to a row with its class or number. It
// takes the options Seed, and those of [Data].
func CSV(path string, opts ...Option) (*data.Set, error) {
	s, err := train.Resolve("CSV", train.Settings{}, opts, dataOptions...)
	if err != nil {
		return nil, err
	}
	return data.CSV(path, loading(s)...)
}

// Dataset fetches a data set that graft knows by name, such as "elpv", and loads it.
// It takes the options Seed, and those of [Data].
func Dataset(name string, opts ...Option) (*data.Set, error) {
	s, err := train.Resolve("Dataset", train.Settings{}, opts, dataOptions...)
	if err != nil {
		return nil, err
	}
	return data.Load(s.Context, name, loading(s)...)
}

// Images makes a set of pictures in memory; labels[i] is the class of images[i].
func Images(images []image.Image, labels []string, opts ...Option) (*data.Set, error) {
	s, err := train.Resolve("Images", train.Settings{}, opts, dataOptions...)
	if err != nil {
		return nil, err
	}
	return data.Images(images, labels, loading(s)...)
}

var dataOptions = []string{"Seed", "Data"}

// loading turns settings into the options of package data.
func loading(s train.Settings) []data.Option {
	return append([]data.Option{data.With(s.Context), data.Seed(uint64(s.Seed))}, s.Data...)
}

// Data passes options of package data to the verbs that load photographs:
// graft.Data(data.Target("probability"), data.Strict()).
func Data(opts ...data.Option) Option { return train.Data(opts...) }

// Target loads the numbers in a column of a table, instead of classes.
func Target(column string) Option { return train.Data(data.Target(column)) }

// ImageClassifier makes a classifier of the classes of photos from a pretrained
// network; see [task.NewImageClassifier].
func ImageClassifier(name string, photos *data.Set, opts ...Option) (*task.ImageClassifier, error) {
	return task.NewImageClassifier(name, photos, opts...)
}

// ImageRegressor makes a network that predicts the numbers of photos; see
// [task.NewImageRegressor].
func ImageRegressor(name string, photos *data.Set, opts ...Option) (*task.ImageRegressor, error) {
	return task.NewImageRegressor(name, photos, opts...)
}

// Load rebuilds a classifier from a file that Save wrote; see
// [task.LoadImageClassifier].
func Load(path string, opts ...Option) (*task.ImageClassifier, error) {
	return task.LoadImageClassifier(path, opts...)
}

// LoadRegressor rebuilds a regressor from a file that Save wrote.
func LoadRegressor(path string, opts ...Option) (*task.ImageRegressor, error) {
	return task.LoadImageRegressor(path, opts...)
}

// With passes the context of a verb: its interrupt and its display. In a cell it is
// passed by itself.
func With(ctx context.Context) Option { return train.With(ctx) }
