package instancemetadata

import "github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"

type computeModel struct {
	AdditionalCapabilities     *additionalCapabilitiesModel `tfsdk:"additional_capabilities"`
	AzEnvironment              *string                      `tfsdk:"az_environment"`
	Environment                *string                      `tfsdk:"environment"`
	EvictionPolicy             *string                      `tfsdk:"eviction_policy"`
	ExtendedLocation           *extendedLocationModel       `tfsdk:"extended_location"`
	Host                       *resourceModel               `tfsdk:"host"`
	HostGroup                  *resourceModel               `tfsdk:"host_group"`
	Hostname                   *string                      `tfsdk:"hostname"`
	IsHostCompatibilityLayerVM *bool                        `tfsdk:"is_host_compatibility_layer_vm"`
	IsScaleSetInstance         *bool                        `tfsdk:"is_scale_set_instance"`
	IsSpot                     *bool                        `tfsdk:"is_spot"`
	LicenseType                *string                      `tfsdk:"license_type"`
	Location                   *string                      `tfsdk:"location"`
	LocationRaw                *string                      `tfsdk:"location_raw"`
	Name                       *string                      `tfsdk:"name"`
	Offer                      *string                      `tfsdk:"offer"`
	OSProfile                  *osProfileModel              `tfsdk:"os_profile"`
	OSType                     *string                      `tfsdk:"os_type"`
	PhysicalZone               *string                      `tfsdk:"physical_zone"`
	PlacementGroupID           *string                      `tfsdk:"placement_group_id"`
	Plan                       *planModel                   `tfsdk:"plan"`
	PlatformFaultDomain        *int64                       `tfsdk:"platform_fault_domain"`
	PlatformSubFaultDomain     *int64                       `tfsdk:"platform_sub_fault_domain"`
	PlatformUpdateDomain       *int64                       `tfsdk:"platform_update_domain"`
	Priority                   *string                      `tfsdk:"priority"`
	Provider                   *string                      `tfsdk:"provider"`
	PublicKeys                 []publicKeyModel             `tfsdk:"public_keys"`
	Publisher                  *string                      `tfsdk:"publisher"`
	ResourceGroupName          *string                      `tfsdk:"resource_group_name"`
	ResourceID                 *string                      `tfsdk:"resource_id"`
	SecurityProfile            *securityProfileModel        `tfsdk:"security_profile"`
	SKU                        *string                      `tfsdk:"sku"`
	StorageProfile             *storageProfileModel         `tfsdk:"storage_profile"`
	SubscriptionID             *string                      `tfsdk:"subscription_id"`
	Tags                       map[string]string            `tfsdk:"tags"`
	TagsAmbiguous              bool                         `tfsdk:"tags_ambiguous"`
	TagsRaw                    *string                      `tfsdk:"tags_raw"`
	Version                    *string                      `tfsdk:"version"`
	VirtualMachineScaleSet     *resourceModel               `tfsdk:"virtual_machine_scale_set"`
	VMID                       *string                      `tfsdk:"vm_id"`
	VMScaleSetName             *string                      `tfsdk:"vm_scale_set_name"`
	VMSize                     *string                      `tfsdk:"vm_size"`
	Zone                       *string                      `tfsdk:"zone"`
}

// The small parts have the client's fields, so that Go converts them and
// refuses to compile when they differ.
type (
	additionalCapabilitiesModel struct {
		HibernationEnabled *bool `tfsdk:"hibernation_enabled"`
	}
	extendedLocationModel struct {
		Name *string `tfsdk:"name"`
		Type *string `tfsdk:"type"`
	}
	resourceModel struct {
		ID *string `tfsdk:"id"`
	}
	osProfileModel struct {
		AdminUsername                 *string `tfsdk:"admin_username"`
		ComputerName                  *string `tfsdk:"computer_name"`
		DisablePasswordAuthentication *bool   `tfsdk:"disable_password_authentication"`
	}
	planModel struct {
		Name      *string `tfsdk:"name"`
		Product   *string `tfsdk:"product"`
		Publisher *string `tfsdk:"publisher"`
	}
	publicKeyModel struct {
		KeyData *string `tfsdk:"key_data"`
		Path    *string `tfsdk:"path"`
	}
	securityProfileModel struct {
		EncryptionAtHost  *bool   `tfsdk:"encryption_at_host"`
		SecureBootEnabled *bool   `tfsdk:"secure_boot_enabled"`
		SecurityType      *string `tfsdk:"security_type"`
		VirtualTPMEnabled *bool   `tfsdk:"virtual_tpm_enabled"`
	}
)

func computeFromAPI(c *imds.Compute) *computeModel {
	if c == nil {
		return nil
	}
	return &computeModel{
		AdditionalCapabilities:     (*additionalCapabilitiesModel)(c.AdditionalCapabilities),
		AzEnvironment:              c.AzEnvironment,
		Environment:                c.Environment,
		EvictionPolicy:             c.EvictionPolicy,
		ExtendedLocation:           (*extendedLocationModel)(c.ExtendedLocation),
		Host:                       (*resourceModel)(c.Host),
		HostGroup:                  (*resourceModel)(c.HostGroup),
		Hostname:                   c.Hostname,
		IsHostCompatibilityLayerVM: c.IsHostCompatibilityLayerVM,
		IsScaleSetInstance:         c.IsScaleSetInstance,
		IsSpot:                     c.IsSpot,
		LicenseType:                c.LicenseType,
		Location:                   c.Location,
		LocationRaw:                c.LocationRaw,
		Name:                       c.Name,
		Offer:                      c.Offer,
		OSProfile:                  (*osProfileModel)(c.OSProfile),
		OSType:                     c.OSType,
		PhysicalZone:               c.PhysicalZone,
		PlacementGroupID:           c.PlacementGroupID,
		Plan:                       (*planModel)(c.Plan),
		PlatformFaultDomain:        c.PlatformFaultDomain,
		PlatformSubFaultDomain:     c.PlatformSubFaultDomain,
		PlatformUpdateDomain:       c.PlatformUpdateDomain,
		Priority:                   c.Priority,
		Provider:                   c.Provider,
		PublicKeys:                 each(c.PublicKeys, func(key imds.PublicKey) publicKeyModel { return publicKeyModel(key) }),
		Publisher:                  c.Publisher,
		ResourceGroupName:          c.ResourceGroupName,
		ResourceID:                 c.ResourceID,
		SecurityProfile:            (*securityProfileModel)(c.SecurityProfile),
		SKU:                        c.SKU,
		StorageProfile:             storageProfileFromAPI(c.StorageProfile),
		SubscriptionID:             c.SubscriptionID,
		Tags:                       c.Tags,
		TagsAmbiguous:              c.TagsAmbiguous,
		TagsRaw:                    c.TagsRaw,
		Version:                    c.Version,
		VirtualMachineScaleSet:     (*resourceModel)(c.VirtualMachineScaleSet),
		VMID:                       c.VMID,
		VMScaleSetName:             c.VMScaleSetName,
		VMSize:                     c.VMSize,
		Zone:                       c.Zone,
	}
}
