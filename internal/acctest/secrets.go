package acctest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// KeepEverything makes CLI tests log at TRACE level, and keep state, plans and
// logs in the folder that it returns. The test cannot be parallel, as this is
// the process's environment.
func KeepEverything(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, value := range map[string]string{
		"TF_LOG":                     "TRACE",
		"TF_LOG_PATH":                filepath.Join(folder, "trace.log"),
		"TF_ACC_LOG_PATH":            filepath.Join(folder, "provider.log"),
		"TF_ACC_PERSIST_WORKING_DIR": "1",
		"TF_ACC_TEMP_DIR":            folder,
	} {
		t.Setenv(name, value)
	}
	return folder
}

// ExpectNotWritten fails the test if a secret is in any file below a folder,
// other than those with the values of variables, which plugin-testing writes.
// The proof is a text that has to be there, because the provider's log has it:
// without it nothing was tested.
func ExpectNotWritten(t *testing.T, folder, proof string, secrets ...string) {
	t.Helper()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := root.Close(); err != nil {
			t.Error(err)
		}
	}()
	proven := false
	err = fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !entry.Type().IsRegular() || strings.HasSuffix(path, ".tfvars.json") {
			return err
		}
		content, err := root.ReadFile(path)
		if err != nil {
			return err
		}
		proven = proven || strings.Contains(string(content), proof)
		for i, secret := range secrets {
			if secret == "" {
				t.Errorf("secret %d of %d is empty", i, len(secrets))
			} else if strings.Contains(string(content), secret) {
				t.Errorf("secret %d of %d is in %s", i, len(secrets), filepath.Base(path))
			}
		}
		return nil
	})
	if err != nil || !proven {
		t.Errorf("reading what was written: %v; found the proof %q: %v", err, proof, proven)
	}
}
