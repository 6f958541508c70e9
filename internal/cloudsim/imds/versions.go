package imds

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

//go:embed fields.json
var fieldsJSON []byte

// fieldTable says which api-versions there are and which fields of the
// instance document each has, from the tables of the vendor's page and the
// published definitions.
type fieldTable struct {
	Versions []string `json:"versions"`
	Fields   []field  `json:"fields"`
}

type field struct {
	// Path is the leaf's path; "[]" stands for any list element.
	Path  string `json:"path"`
	Since string `json:"since"`
	// Until is the last version with the field; empty means that it stayed.
	Until string `json:"until,omitempty"`
	// Gaps are versions in between whose definitions lack the field.
	Gaps []string `json:"gaps,omitempty"`
}

var table = mustTable()

func mustTable() fieldTable {
	var parsed fieldTable
	if err := json.Unmarshal(fieldsJSON, &parsed); err != nil {
		panic(err)
	}
	return parsed
}

func (t fieldTable) newest() string { return t.Versions[len(t.Versions)-1] }

// firstInstanceVersion is the first with a documented instance payload.
// What the preview before it sent is not published; it is served the same.
const firstInstanceVersion = "2017-04-02"

// paths returns the leaves of a version, and every container above them.
func (t fieldTable) paths(version string, withGaps bool) map[string]bool {
	version = max(version, firstInstanceVersion)
	paths := map[string]bool{}
	for _, f := range t.Fields {
		missing := f.Since > version || (f.Until != "" && f.Until < version) || (withGaps && slices.Contains(f.Gaps, version))
		if missing {
			continue
		}
		for path := f.Path; path != ""; path = parent(path) {
			paths[path] = true
		}
	}
	return paths
}

func parent(path string) string {
	if trimmed, isList := strings.CutSuffix(path, "[]"); isList {
		return trimmed
	}
	return path[:max(0, strings.LastIndexByte(path, '.'))]
}

// known returns the versions that the host serves.
func (s *Service) known() []string {
	newest, oldest := s.switches.Get(switchNewestVersion), s.switches.Get(switchOldestVersion)
	if s.switches.Get(switchScenario) == ScenarioAzureStackHub {
		newest = min(newest, "2021-05-01")
	}
	return slices.DeleteFunc(slices.Clone(table.Versions), func(v string) bool { return v > newest || v < oldest })
}

func (s *Service) versions(demanded rules) []string {
	all := demanded.train
	if all == nil {
		all = s.known()
	}
	return slices.DeleteFunc(slices.Clone(all), func(v string) bool { return v < demanded.since })
}

func (s *Service) refuseVersion(w http.ResponseWriter, demanded rules) {
	const text = "Bad request. api-version is invalid or was not specified in the request. For more information refer to aka.ms/azureimds"
	if demanded.family == identityFamily {
		demanded.family.refuse(w, http.StatusBadRequest, text)
		return
	}
	if s.switches.Get(switchUnknownVersion) == "404" {
		demanded.family.refuse(w, http.StatusNotFound, "Not found. Invalid version requested")
		return
	}
	newest := s.versions(demanded)
	slices.Reverse(newest)
	simcore.WriteJSON(w, http.StatusBadRequest, instanceError{Error: text, NewestVersions: newest[:min(3, len(newest))]})
}

func (s *Service) getVersions(w http.ResponseWriter, _ call) {
	if !s.switches.On(switchVersionsPage) {
		instanceFamily.refuse(w, http.StatusNotFound, "")
		return
	}
	simcore.WriteJSON(w, http.StatusOK, struct {
		APIVersions []string `json:"apiVersions"`
	}{s.known()})
}
