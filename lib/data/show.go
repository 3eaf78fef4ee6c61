package data

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"graft/lib/display"
	"graft/lib/plot"
)

// sampleSize is how many thumbnails a set shows.
const sampleSize = 8

// Display shows the counts and a few photographs of every class. It decodes them
// on first use and remembers the result.
func (s *Set) Display() display.Bundle {
	s.shown.Do(func() {
		r := s.Health()
		grid := plot.Grid{Images: s.tiles()}
		note := strings.Join(r.lists(), "\n")
		if len(r.Problems) > 0 {
			note = strings.TrimSpace(fmt.Sprintf("%d left out: see Health()\n%s", len(r.Problems), note))
		}
		s.show = plot.Stack(s.bars(r, note), grid.Display())
	})
	return s.show
}

func (s *Set) tiles() []plot.Tile {
	var tiles []plot.Tile
	for _, i := range s.sample() {
		img, err := s.Image(i)
		if err != nil {
			img = nil // an empty frame
		}
		tiles = append(tiles, plot.Tile{Image: img, Caption: s.Caption(i)})
	}
	return tiles
}

// Caption is the file's name and the label or target of example i, for pictures.
func (s *Set) Caption(i int) string {
	base := path.Base(strings.ReplaceAll(s.at(i).name, `\`, "/"))
	if s.regression {
		return fmt.Sprintf("%.3g  %s", s.Target(i), base)
	}
	if label := s.Label(i); label < len(s.classes) {
		return s.classes[label] + "  " + base
	}
	return base
}

// sample picks examples for show: in turn from each class, evenly spread within
// it; of targets, evenly spread from the least to the largest.
func (s *Set) sample() []int {
	strata := s.strata()
	if s.regression {
		strata = [][]int{slices.Concat(strata...)}
	}
	each := max(1, sampleSize/max(1, len(strata)))
	var out []int
	for round := range sampleSize {
		for _, stratum := range strata {
			place := round * len(stratum) / each
			if len(stratum) <= each {
				place = round
			}
			if place < len(stratum) && len(out) < sampleSize {
				out = append(out, stratum[place])
			}
		}
	}
	return out
}

// bars counts the classes, or the targets by value or by fifths of their range.
func (s *Set) bars(r *Report, note string) display.Bundle {
	if !s.regression {
		return r.bars(note)
	}
	b := plot.Bars{Title: r.headline(), Format: "%.0f", Note: note}
	least, most := float64(r.Targets[0]), float64(r.Targets[1])
	const fifths = 5
	counts := make([]float64, fifths)
	for _, e := range s.examples {
		k := 0
		if most > least {
			k = min(fifths-1, int(fifths*(float64(e.target)-least)/(most-least)))
		}
		counts[k]++
	}
	for k, n := range counts {
		from, to := least+(most-least)*float64(k)/fifths, least+(most-least)*float64(k+1)/fifths
		b.Labels = append(b.Labels, fmt.Sprintf("%.3g to %.3g", from, to))
		b.Values = append(b.Values, n)
	}
	return b.Display()
}
