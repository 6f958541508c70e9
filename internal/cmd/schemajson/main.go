// Command schemajson prints the provider's schemas as JSON, in the format of
// `terraform providers schema -json`. The documentation is generated from it.
// The provider is asked in this process, so that the output does not depend
// on which parts of the protocol the installed Terraform CLI knows.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

func main() {
	server, err := providerserver.NewProtocol6WithError(provider.New("dev")())()
	if err == nil {
		err = dump(context.Background(), os.Stdout, server)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "schemajson:", err)
		os.Exit(1)
	}
}

func dump(ctx context.Context, out io.Writer, server tfprotov6.ProviderServer) error {
	schemas, err := providerSchemas(ctx, server)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(schemas)
}
