package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

// Module is this module's path, which is also that of the provider's program.
const Module = "github.com/cloudtap/terraform-provider-cloudtap"

// Build builds the program of a package, given by its import path.
func Build(ctx context.Context, pkg, binary string, flags ...string) error {
	command := exec.CommandContext(ctx, "go", append(append([]string{"build", "-buildvcs=false", "-o", binary}, flags...), pkg)...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, output)
	}
	return nil
}

// DevOverrides is a configuration of the CLI with which it takes the provider
// cloudtap/<name> from a folder.
func DevOverrides(name, folder string) string {
	return fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  dev_overrides {\n    \"cloudtap/%s\" = %q\n  }\n  direct {}\n}\n", name, folder)
}
