// Command licences checks that every module that the provider links has a
// licence of a list. It reads the licence files in the module cache.
//
//	licences -packages . -allow MIT,MPL-2.0
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// minimumCoverage is the percentage of a licence file's words that have to be
// those of known licences.
const minimumCoverage = 75

func main() {
	packages := flag.String("packages", ".", "program whose modules are checked")
	allow := flag.String("allow", "", "SPDX `identifiers` that are allowed, separated by commas")
	flag.Parse()
	if err := run(*packages, strings.Split(*allow, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func run(packages string, allowed []string) error {
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Dir}}{{end}}", packages)
	list.Stderr = os.Stderr
	output, err := list.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", list, err)
	}
	modules := strings.Fields(string(output))
	folders := map[string]string{}
	for i := 0; i+1 < len(modules); i += 2 {
		folders[modules[i]] = modules[i+1]
	}
	var problems []error
	for path, folder := range folders {
		if err := check(folder, allowed); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", path, err))
		}
	}
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	fmt.Printf("%d modules are linked; each has one of %s\n", len(folders), strings.Join(allowed, ", "))
	return nil
}

// check fails unless a licence file is in the folder, and every licence that
// it holds is allowed.
func check(folder string, allowed []string) error {
	var files []string
	for _, pattern := range []string{"LICEN[SC]E*", "licen[sc]e*", "COPYING*"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return err
		}
		files = append(files, found...)
	}
	found := false
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		if info.IsDir() {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		coverage := licensecheck.Scan(text)
		for _, match := range coverage.Match {
			if !slices.Contains(allowed, match.ID) {
				return fmt.Errorf("%s is %s, which is not allowed", filepath.Base(file), match.ID)
			}
		}
		found = found || coverage.Percent >= minimumCoverage
	}
	if !found {
		return fmt.Errorf("no licence is recognised in %d files", len(files))
	}
	return nil
}
