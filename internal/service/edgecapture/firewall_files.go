package edgecapture

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// filesIn tells apart what captures bring into their containers.
func filesIn(into sas.Container, name string) string {
	return into.String() + "/" + strings.TrimSuffix(name, ".pcap")
}

// warnOfOverwriting warns of a planned capture whose files have the names of those of
// another one that is planned, of the same firewall or of another.
func warnOfOverwriting(client *edgecapture.Client, into sas.Container, name types.String, diags *diag.Diagnostics) {
	if into.String() == "" || !tfkit.Given(name) || !client.NotePlanned(filesIn(into, name.ValueString())) {
		return
	}
	diags.AddAttributeWarning(path.Root("file_name"), "Packet captures have one file name",
		fmt.Sprintf("More than one resource of the configuration plans a capture with the file name %q in the container %s, where Azure overwrites files of the same name: only those of the last one remain. Give each of them its own file_name.", name.ValueString(), into))
}
