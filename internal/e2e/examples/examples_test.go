// Package examples_test validates the examples with a real CLI and the
// provider of this source tree.
package examples_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	// The tests build the provider themselves; the import makes Go run them
	// anew, and not report remembered results, when the provider changed.
	_ "github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

const examplesDir = root + "/examples"

// requiredProviders is added to examples that leave it out for brevity.
const requiredProviders = `terraform {
  required_providers {
    cloudtap = { source = "cloudtap/cloudtap" }
  }
}
`

func TestExamples(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	examples := findExamples(t, os.DirFS(examplesDir))
	if len(examples) == 0 {
		t.Fatalf("no example in %s", examplesDir)
	}
	for _, example := range examples {
		t.Run(example.name(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			leftOut, empty := example.copyTo(t, dir, c)
			if empty {
				t.Skipf("needs %s; set TF_ACC_TERRAFORM_PATH to a newer CLI", leftOut)
			}
			if leftOut != "" {
				t.Logf("without the file that needs %s", leftOut)
			}
			for _, problem := range validate(t, c, dir) {
				t.Errorf("%s\n%s", problem.Summary, problem.describe())
			}
		})
	}
	t.Run("mistakes are found", func(t *testing.T) {
		t.Parallel()
		testMistakesAreFound(t, c)
	})
	t.Run("formatted", func(t *testing.T) {
		t.Parallel()
		if _, err := c.run(t.Context(), root, "fmt", "-check", "-diff", "-recursive", "examples"); err != nil {
			t.Errorf("run make fmt: %s", err)
		}
	})
	t.Run("schema dump", func(t *testing.T) {
		t.Parallel()
		testSchemaDump(t, c)
	})
}

// testMistakesAreFound proves that validation reaches the provider.
func testMistakesAreFound(t *testing.T, c tool) {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "main.tf"), requiredProviders+`
data "cloudtap_azure_network_watcher" "example" {
  no_such_argument = true
}
`)
	for _, problem := range validate(t, c, dir) {
		if strings.Contains(problem.describe(), "no_such_argument") {
			return
		}
	}
	t.Error("nothing said about no_such_argument")
}

// example is one configuration: a folder, or one file of a folder whose files
// are alternatives.
type example struct {
	dir  string
	file string
	// without is a file of the folder that cannot stand beside the others: the
	// other way to import the same object.
	without string
}

func (e example) name() string {
	name := filepath.ToSlash(filepath.Join(e.dir, e.file))
	if e.without != "" {
		name += " without " + e.without
	}
	return name
}

const importByIdentity, importByID = "import-by-identity.tf", "import-by-string-id.tf"

func findExamples(t *testing.T, files fs.FS) []example {
	t.Helper()
	seen := map[example]bool{}
	var examples []example
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == ".terraform" {
				return fs.SkipDir
			}
			return nil
		}
		if !isConfiguration(path) {
			return nil
		}
		found := example{dir: filepath.Dir(path)}
		switch {
		case found.dir == "provider":
			found.file = entry.Name()
		case entry.Name() == importByIdentity:
			found.without = importByID
		case filepath.Base(filepath.Dir(found.dir)) == "resources" && fileExists(files, found.dir+"/"+importByIdentity):
			found.without = importByIdentity
		}
		if !seen[found] {
			seen[found] = true
			examples = append(examples, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return examples
}

func fileExists(files fs.FS, path string) bool {
	_, err := fs.Stat(files, filepath.ToSlash(path))
	return err == nil
}

func isConfiguration(path string) bool {
	return strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".tfquery.hcl")
}

// copyTo copies what the CLI understands and adds what the example leaves
// out. It returns the feature of a file that was left out because the CLI does
// not know it, and whether nothing remains.
func (e example) copyTo(t *testing.T, dir string, c tool) (leftOut string, empty bool) {
	t.Helper()
	if strings.HasPrefix(filepath.ToSlash(e.dir), "actions/") && !c.HasActions() {
		return "actions (Terraform 1.14)", true
	}
	if e.dir == "terraform-1.16" && !c.HasDestroyEvents() {
		return "actions before a destroy (Terraform 1.16)", true
	}
	source := os.DirFS(filepath.Join(examplesDir, e.dir))
	entries, err := fs.ReadDir(source, ".")
	if err != nil {
		t.Fatal(err)
	}
	var configuration bytes.Buffer
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || e.file != "" && name != e.file || name == e.without {
			continue
		}
		if strings.HasSuffix(name, ".tfquery.hcl") && !c.HasActions() {
			leftOut = "list resources (Terraform 1.14)"
			continue
		}
		if name == importByIdentity && !c.HasIdentity() {
			leftOut = "import by identity (Terraform or OpenTofu 1.12)"
			continue
		}
		content, err := fs.ReadFile(source, name)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, name), string(content))
		if isConfiguration(name) {
			configuration.Write(content)
		}
	}
	if configuration.Len() == 0 {
		return leftOut, true
	}
	if !bytes.Contains(configuration.Bytes(), []byte("required_providers")) {
		writeFile(t, filepath.Join(dir, "required_providers.tf"), requiredProviders)
	}
	return leftOut, false
}

// problem is a diagnostic of `terraform validate -json`.
type problem struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Range    *struct {
		Filename string `json:"filename"`
		Start    struct {
			Line int `json:"line"`
		} `json:"start"`
	} `json:"range"`
	Snippet *struct {
		Code string `json:"code"`
	} `json:"snippet"`
}

func (p problem) describe() string {
	description := p.Detail
	if p.Snippet != nil {
		description = p.Snippet.Code + "\n" + description
	}
	if p.Range != nil {
		description = p.Range.Filename + ": " + description
	}
	return description
}

// validate returns everything that the CLI has to say about the folder, also
// warnings, but for the one about the provider being overridden.
func validate(t *testing.T, c tool, dir string) []problem {
	t.Helper()
	arguments := []string{"validate", "-json"}
	if c.HasActions() {
		arguments = append(arguments, "-query")
	}
	output, runErr := c.run(t.Context(), dir, arguments...)
	var result struct {
		Valid       bool      `json:"valid"`
		Diagnostics []problem `json:"diagnostics"`
	}
	if err := json.Unmarshal([]byte(output), &result); err != nil {
		t.Fatalf("%s\n%v", err, runErr)
	}
	var problems []problem
	for _, found := range result.Diagnostics {
		if found.Severity == "error" || !strings.Contains(found.Summary, "development overrides") {
			problems = append(problems, found)
		}
	}
	if !result.Valid && len(problems) == 0 {
		t.Fatalf("invalid without a reason: %s", output)
	}
	return problems
}
