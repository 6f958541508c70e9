package capturesummary

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// checkContainer finds what is wrong with the container's URL, as far as it is
// known. Its errors have no path, as the CLI would quote the line.
func (m sourceModel) checkContainer(reads bool, diags *diag.Diagnostics) {
	if reads && !m.AzureContainerPrefix.IsNull() && m.AzureContainerSASURLWO.IsNull() {
		diags.AddError("Prefix without a container", "source.azure_container_prefix selects files of a container: set source.azure_container_sas_url_wo too, or remove it.")
	}
	if m.AzureContainerSASURLWO.IsNull() || m.AzureContainerSASURLWO.IsUnknown() {
		return
	}
	if _, err := parseContainer(m.AzureContainerSASURLWO.ValueString()); err != nil {
		diags.AddError("Not the URL of a container", "source.azure_container_sas_url_wo: "+tfkit.Sentence(err))
	}
}

// parseContainer reads the URL of a container with a SAS that can list and read its
// blobs. Errors quote nothing of the signature.
func parseContainer(text string) (blob.Reference, error) {
	reference, err := blob.Parse(text)
	if err != nil {
		return reference, err
	}
	if reference.SAS == "" {
		return reference, errors.New("the URL has no shared access signature (sig)")
	}
	if name := strings.Trim(reference.Name, "/"); name != "" {
		return reference, fmt.Errorf("the URL goes on behind the container, with %q: remove that, and use azure_container_prefix to select files", name)
	}
	query, err := url.ParseQuery(reference.SAS)
	if err != nil {
		return reference, errors.New("the query of the URL cannot be read: copy the URL whole")
	}
	if query.Has("sr") && query.Get("sr") != "c" {
		return reference, fmt.Errorf("the signature is not of a container: its sr is %q, and must be \"c\"", query.Get("sr"))
	}
	if permitted := query.Get("sp"); !query.Has("si") && (!strings.Contains(permitted, "r") || !strings.Contains(permitted, "l")) {
		return reference, fmt.Errorf("the signature permits %q (sp): reading the files of a container needs read (r) and list (l)", permitted)
	}
	return reference, nil
}

// containerInputs are the files of a container whose names begin with prefix. They
// are named from below the folder that the prefix is in.
func containerInputs(ctx context.Context, client *blob.Client, sasURL, prefix string) ([]input, error) {
	container, err := parseContainer(sasURL)
	if err != nil {
		return nil, err
	}
	container.Name = ""
	found, err := client.List(ctx, container, prefix)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0 && prefix == "":
		return nil, fmt.Errorf("%s holds no file yet. A firewall brings its files when the capture has ended, a VPN gateway when it is stopped: wait for that, or correct source.azure_container_sas_url_wo if it is another container", container)
	case len(found) == 0:
		return nil, fmt.Errorf("%s has no file whose name begins with %q. A firewall brings its files when the capture has ended, a VPN gateway when it is stopped; look into the container, and correct source.azure_container_prefix", container, prefix)
	case len(found) > maxSourceFiles:
		return nil, fmt.Errorf("%s has %d files whose names begin with %q, and one summary reads %d at most: make source.azure_container_prefix longer", container, len(found), prefix, maxSourceFiles)
	}
	sortBlobs(found)
	folder := prefix[:strings.LastIndex(prefix, "/")+1]
	inputs := make([]input, 0, len(found))
	for _, b := range found {
		inputs = append(inputs, blobInput(client, b.Reference, strings.TrimPrefix(b.Reference.Name, folder), b.SizeBytes))
	}
	return inputs, nil
}

// gatewayInstance is how VPN gateways call the folders of their instances.
var gatewayInstance = regexp.MustCompile(`^INT\d+$`)

// instanceOf is the instance of a VPN gateway or of a scale set in whose folder a
// blob is, or "".
func instanceOf(name string) string {
	folders := strings.Split(path.Dir(name), "/")
	last := folders[len(folders)-1]
	if gatewayInstance.MatchString(last) {
		return last
	}
	if len(folders) > 2 && strings.Contains(strings.ToLower(name), "/virtualmachinescalesets/") && strings.EqualFold(folders[len(folders)-2], "virtualmachines") {
		return last
	}
	return ""
}
