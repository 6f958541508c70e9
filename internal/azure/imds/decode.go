package imds

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"strings"
)

var errNotAnObject = errors.New("the document is not a JSON object")

// decodeDocument reads an answer of the instance endpoint. Values that it
// cannot read become warnings; it fails only on what is no document at all.
func decodeDocument(raw []byte) (*Document, error) {
	if !json.Valid(raw) {
		return nil, errors.New("the document is not valid JSON: " + jsonProblem(raw))
	}
	r := &reader{}
	root := newNode(r, "", raw)
	if root.members == nil {
		return nil, errNotAnObject
	}
	document := &Document{Raw: root.raw}
	if compute := root.get("compute"); compute.members != nil {
		document.Compute = decodeCompute(compute)
	} else {
		r.warn("compute", "missing, as on classic virtual machines, or because the host could not collect it")
	}
	if network := root.get("network"); network.members != nil {
		document.Network = decodeNetwork(network)
	} else {
		r.warn("network", "missing, perhaps because the host could not collect it")
	}
	document.Warnings = r.warnings
	return document, nil
}

// RawWithoutUserData returns Raw without the members userData and customData,
// wherever they are: they often hold secrets. Everything else stays, with
// members in alphabetical order.
func (d *Document) RawWithoutUserData() (json.RawMessage, error) {
	decoder := json.NewDecoder(bytes.NewReader(d.Raw))
	decoder.UseNumber()
	var whole any
	if err := decoder.Decode(&whole); err != nil {
		return nil, err
	}
	dropUserData(whole)
	return json.Marshal(whole)
}

// dropUserData compares names without case, because they are read so.
func dropUserData(value any) {
	switch value := value.(type) {
	case map[string]any:
		maps.DeleteFunc(value, func(name string, _ any) bool {
			return strings.EqualFold(name, "userData") || strings.EqualFold(name, "customData")
		})
		for _, member := range value {
			dropUserData(member)
		}
	case []any:
		for _, element := range value {
			dropUserData(element)
		}
	}
}

func decodeCompute(n node) *Compute {
	c := &Compute{
		AdditionalCapabilities:     orNil(AdditionalCapabilities{n.get("additionalCapabilities").get("hibernationEnabled").boolean()}),
		AzEnvironment:              n.get("azEnvironment").text(),
		CustomData:                 n.get("customData").text(),
		EvictionPolicy:             n.get("evictionPolicy").text(),
		ExtendedLocation:           orNil(ExtendedLocation{Name: n.get("extendedLocation").get("name").text(), Type: n.get("extendedLocation").get("type").text()}),
		Host:                       subResource(n.get("host")),
		HostGroup:                  subResource(n.get("hostGroup")),
		IsHostCompatibilityLayerVM: n.get("isHostCompatibilityLayerVm").boolean(),
		LicenseType:                n.get("licenseType").text(),
		LocationRaw:                n.get("location").text(),
		Name:                       n.get("name").text(),
		Offer:                      n.get("offer").text(),
		OSProfile:                  decodeOSProfile(n.get("osProfile")),
		OSType:                     n.get("osType").text(),
		PhysicalZone:               n.get("physicalZone").text(),
		PlacementGroupID:           n.get("placementGroupId").text(),
		Plan:                       decodePlan(n.get("plan")),
		PlatformFaultDomain:        n.get("platformFaultDomain").integer(),
		PlatformSubFaultDomain:     n.get("platformSubFaultDomain").integer(),
		PlatformUpdateDomain:       n.get("platformUpdateDomain").integer(),
		Priority:                   n.get("priority").text(),
		Provider:                   n.get("provider").text(),
		PublicKeys:                 decodePublicKeys(n.get("publicKeys")),
		Publisher:                  n.get("publisher").text(),
		ResourceGroupName:          n.get("resourceGroupName").text(),
		ResourceID:                 n.get("resourceId").text(),
		SecurityProfile:            decodeSecurityProfile(n.get("securityProfile")),
		SKU:                        n.get("sku").text(),
		StorageProfile:             decodeStorageProfile(n.get("storageProfile")),
		SubscriptionID:             n.get("subscriptionId").text(),
		TagsRaw:                    n.get("tags").text(),
		UserData:                   n.get("userData").text(),
		Version:                    n.get("version").text(),
		VirtualMachineScaleSet:     subResource(n.get("virtualMachineScaleSet")),
		VMID:                       n.get("vmId").text(),
		VMScaleSetName:             n.get("vmScaleSetName").text(),
		VMSize:                     n.get("vmSize").text(),
		Zone:                       n.get("zone").text(),
	}
	c.Tags, c.TagsAmbiguous = decodeTags(n)
	c.derive(n)
	return c
}

func subResource(n node) *SubResource { return orNil(SubResource{n.get("id").text()}) }

func decodeOSProfile(n node) *OSProfile {
	return orNil(OSProfile{
		AdminUsername:                 n.get("adminUsername").text(),
		ComputerName:                  n.get("computerName").text(),
		DisablePasswordAuthentication: n.get("disablePasswordAuthentication").boolean(),
	})
}

func decodePlan(n node) *Plan {
	return orNil(Plan{Name: n.get("name").text(), Product: n.get("product").text(), Publisher: n.get("publisher").text()})
}

func decodePublicKeys(n node) []PublicKey {
	return each(n, func(n node) PublicKey {
		return PublicKey{KeyData: n.get("keyData").text(), Path: n.get("path").text()}
	})
}

func decodeSecurityProfile(n node) *SecurityProfile {
	return orNil(SecurityProfile{
		EncryptionAtHost:  n.get("encryptionAtHost").boolean(),
		SecureBootEnabled: n.get("secureBootEnabled").boolean(),
		SecurityType:      n.get("securityType").text(),
		VirtualTPMEnabled: n.get("virtualTpmEnabled").boolean(),
	})
}

// each reads a list; a list without elements is empty, an absent one nil.
func each[T any](n node, read func(node) T) []T {
	items := n.items()
	if items == nil {
		return nil
	}
	values := make([]T, len(items))
	for i, item := range items {
		values[i] = read(item)
	}
	return values
}

// derive fills what follows from several fields.
func (c *Compute) derive(n node) {
	c.Location = normalizeLocation(c.LocationRaw)
	c.Environment = normalizeEnvironment(c.AzEnvironment)
	c.Hostname = c.Name
	if c.OSProfile != nil && c.OSProfile.ComputerName != nil {
		c.Hostname = c.OSProfile.ComputerName
	}
	if c.Priority != nil {
		// Low is what Spot was called before.
		spot := strings.EqualFold(*c.Priority, "Spot") || strings.EqualFold(*c.Priority, "Low")
		c.IsSpot = &spot
	}
	if n.get("vmScaleSetName").present() || n.get("virtualMachineScaleSet").present() || c.ResourceID != nil {
		member := c.VMScaleSetName != nil || c.VirtualMachineScaleSet != nil ||
			c.ResourceID != nil && strings.Contains(strings.ToLower(*c.ResourceID), "/virtualmachinescalesets/")
		c.IsScaleSetInstance = &member
	}
}

func normalizeLocation(raw *string) *string {
	if raw == nil {
		return nil
	}
	return orNil(strings.ToLower(strings.ReplaceAll(*raw, " ", "")))
}

func normalizeEnvironment(raw *string) *string {
	if raw == nil {
		return nil
	}
	name := strings.ToLower(*raw)
	switch name {
	case "azurepubliccloud", "azurecloud":
		name = "public"
	case "azureusgovernmentcloud", "azureusgovernment":
		name = "usgovernment"
	case "azurechinacloud":
		name = "china"
	case "azuregermancloud":
		name = "german"
	}
	return &name
}
