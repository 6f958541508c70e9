package main

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
)

// archiveName is the name of a release's archive, with version and platform.
var archiveName = regexp.MustCompile(`^terraform-provider-cloudtap_(\d+\.\d+\.\d+)_([a-z]+)_([a-z0-9]+)\.zip$`)

// maxProgramSize limits what is unpacked.
const maxProgramSize = 200 << 20

// unpackProvider unpacks the archive of a release into a filesystem mirror, as
// init does with one from a registry.
func unpackProvider(archive, mirror string) error {
	match := archiveName.FindStringSubmatch(filepath.Base(archive))
	if match == nil || match[2] != runtime.GOOS || match[3] != runtime.GOARCH {
		return fmt.Errorf("%s is no archive of a release for %s_%s", archive, runtime.GOOS, runtime.GOARCH)
	}
	for _, folder := range platformFolders(mirror, match[1]) {
		if err := unpack(archive, folder); err != nil {
			return fmt.Errorf("unpack %s: %w", archive, err)
		}
	}
	return nil
}

func unpack(archive, folder string) (err error) {
	reader, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := reader.Close(); err == nil {
			err = closeErr
		}
	}()
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	for _, file := range reader.File {
		content, err := file.Open()
		if err != nil {
			return err
		}
		text, err := io.ReadAll(io.LimitReader(content, maxProgramSize))
		if err != nil {
			return err
		}
		if err := content.Close(); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(file.Name)), text, file.Mode().Perm()); err != nil {
			return err
		}
	}
	return nil
}
