package capturesummary

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
)

// fileName makes one name out of a blob's path: folders are joined by _, and what
// a file system or a terminal would understand in its own way is replaced.
func fileName(name string) string {
	clean := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	clean = strings.TrimLeft(strings.TrimRight(clean, ". "), ".")
	const longest = 200
	if len(clean) > longest {
		clean = strings.ToValidUTF8(clean[len(clean)-longest:], "_")
	}
	if clean == "" {
		return "capture"
	}
	// What Windows takes for a device, whatever follows the first point.
	if base, _, _ := strings.Cut(clean, "."); deviceName.MatchString(strings.TrimSpace(base)) {
		return "_" + clean
	}
	return clean
}

// deviceName matches the names that files cannot have.
//
// Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions
var deviceName = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])$`)

// keptNames are the names under which a folder keeps the inputs. Where they would be
// equal, as they are on file systems that ignore letter case, a number tells them
// apart. What is one of the inputs is never written onto, whatever links lead to it:
// an input that is in its place already has no name, and any other goes elsewhere.
func keptNames(folder string, inputs []input) []string {
	files := make([]os.FileInfo, len(inputs))
	for i, input := range inputs {
		if info, err := os.Stat(input.path); input.path != "" && err == nil {
			files[i] = info
		}
	}
	names := make([]string, 0, len(inputs))
	taken := map[string]bool{}
	for i, input := range inputs {
		name := fileName(input.name)
		extension := filepath.Ext(name)
		base := strings.TrimSuffix(name, extension)
		there := ownerOf(filepath.Join(folder, name), files)
		for number := 2; taken[strings.ToLower(name)] || there != nil && !sameFile(there, files[i]); number++ {
			name = fmt.Sprintf("%s-%d%s", base, number, extension)
			there = ownerOf(filepath.Join(folder, name), files)
		}
		taken[strings.ToLower(name)] = true
		if there != nil {
			name = ""
		}
		names = append(names, name)
	}
	return names
}

// ownerOf is the one of the files that is at a path, or nil.
func ownerOf(name string, files []os.FileInfo) os.FileInfo {
	info, err := os.Stat(name)
	if err != nil {
		return nil
	}
	for _, file := range files {
		if sameFile(info, file) {
			return file
		}
	}
	return nil
}

func sameFile(x, y os.FileInfo) bool { return x != nil && y != nil && os.SameFile(x, y) }

// checkReplaceable reports why what has the name of a file cannot be replaced by it.
func checkReplaceable(name string, info os.FileInfo) error {
	const wayOut = "Remove it, or choose another folder"
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode&os.ModeSymlink != 0:
		return fmt.Errorf("the file %s is a symbolic link, and links are not followed. %s", absolute(name), wayOut)
	default:
		return fmt.Errorf("the file %s exists, and is no regular file. %s", absolute(name), wayOut)
	}
}

// absolute is the whole path, for a message.
func absolute(name string) string {
	if whole, err := filepath.Abs(name); err == nil {
		return whole
	}
	return name
}
