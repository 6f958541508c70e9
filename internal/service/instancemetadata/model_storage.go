package instancemetadata

import "github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"

type (
	storageProfileModel struct {
		DataDisks      []dataDiskModel      `tfsdk:"data_disks"`
		ImageReference *imageReferenceModel `tfsdk:"image_reference"`
		OSDisk         *osDiskModel         `tfsdk:"os_disk"`
		ResourceDisk   *resourceDiskModel   `tfsdk:"resource_disk"`
	}
	imageReferenceModel struct {
		CommunityGalleryImageID *string `tfsdk:"community_gallery_image_id"`
		ExactVersion            *string `tfsdk:"exact_version"`
		ID                      *string `tfsdk:"id"`
		Offer                   *string `tfsdk:"offer"`
		Publisher               *string `tfsdk:"publisher"`
		SharedGalleryImageID    *string `tfsdk:"shared_gallery_image_id"`
		SKU                     *string `tfsdk:"sku"`
		Version                 *string `tfsdk:"version"`
	}
	resourceDiskModel struct {
		Size *int64 `tfsdk:"size_in_kb"`
	}
	uriModel struct {
		URI *string `tfsdk:"uri"`
	}
	managedDiskModel struct {
		ID                 *string `tfsdk:"id"`
		StorageAccountType *string `tfsdk:"storage_account_type"`
	}
	diffDiskSettingsModel struct {
		Option *string `tfsdk:"option"`
	}
	diskEncryptionKeyModel struct {
		SecretURL   *string        `tfsdk:"secret_url"`
		SourceVault *resourceModel `tfsdk:"source_vault"`
	}
	keyEncryptionKeyModel struct {
		KeyURL      *string        `tfsdk:"key_url"`
		SourceVault *resourceModel `tfsdk:"source_vault"`
	}
	encryptionSettingsModel struct {
		DiskEncryptionKey *diskEncryptionKeyModel `tfsdk:"disk_encryption_key"`
		Enabled           *bool                   `tfsdk:"enabled"`
		KeyEncryptionKey  *keyEncryptionKeyModel  `tfsdk:"key_encryption_key"`
	}
)

type osDiskModel struct {
	Caching                 *string                  `tfsdk:"caching"`
	CreateOption            *string                  `tfsdk:"create_option"`
	DiffDiskSettings        *diffDiskSettingsModel   `tfsdk:"diff_disk_settings"`
	DiskSizeGB              *int64                   `tfsdk:"disk_size_gb"`
	EncryptionSettings      *encryptionSettingsModel `tfsdk:"encryption_settings"`
	Image                   *uriModel                `tfsdk:"image"`
	ManagedDisk             *managedDiskModel        `tfsdk:"managed_disk"`
	Name                    *string                  `tfsdk:"name"`
	OSType                  *string                  `tfsdk:"os_type"`
	VHD                     *uriModel                `tfsdk:"vhd"`
	WriteAcceleratorEnabled *bool                    `tfsdk:"write_accelerator_enabled"`
}

type dataDiskModel struct {
	BytesPerSecondThrottle  *int64            `tfsdk:"bytes_per_second_throttle"`
	Caching                 *string           `tfsdk:"caching"`
	CreateOption            *string           `tfsdk:"create_option"`
	DiskCapacityBytes       *int64            `tfsdk:"disk_capacity_bytes"`
	DiskSizeGB              *int64            `tfsdk:"disk_size_gb"`
	Image                   *uriModel         `tfsdk:"image"`
	IsSharedDisk            *bool             `tfsdk:"is_shared_disk"`
	IsUltraDisk             *bool             `tfsdk:"is_ultra_disk"`
	LUN                     *int64            `tfsdk:"lun"`
	ManagedDisk             *managedDiskModel `tfsdk:"managed_disk"`
	Name                    *string           `tfsdk:"name"`
	OpsPerSecondThrottle    *int64            `tfsdk:"ops_per_second_throttle"`
	VHD                     *uriModel         `tfsdk:"vhd"`
	WriteAcceleratorEnabled *bool             `tfsdk:"write_accelerator_enabled"`
}

func storageProfileFromAPI(s *imds.StorageProfile) *storageProfileModel {
	if s == nil {
		return nil
	}
	return &storageProfileModel{
		DataDisks:      each(s.DataDisks, dataDiskFromAPI),
		ImageReference: (*imageReferenceModel)(s.ImageReference),
		OSDisk:         osDiskFromAPI(s.OSDisk),
		ResourceDisk:   (*resourceDiskModel)(s.ResourceDisk),
	}
}

func osDiskFromAPI(d *imds.OSDisk) *osDiskModel {
	if d == nil {
		return nil
	}
	return &osDiskModel{
		Caching: d.Caching, CreateOption: d.CreateOption, DiffDiskSettings: (*diffDiskSettingsModel)(d.DiffDiskSettings),
		DiskSizeGB: d.DiskSizeGB, EncryptionSettings: encryptionSettingsFromAPI(d.EncryptionSettings),
		Image: (*uriModel)(d.Image), ManagedDisk: (*managedDiskModel)(d.ManagedDisk), Name: d.Name, OSType: d.OSType,
		VHD: (*uriModel)(d.VHD), WriteAcceleratorEnabled: d.WriteAcceleratorEnabled,
	}
}

func encryptionSettingsFromAPI(e *imds.EncryptionSettings) *encryptionSettingsModel {
	if e == nil {
		return nil
	}
	settings := &encryptionSettingsModel{Enabled: e.Enabled}
	if key := e.DiskEncryptionKey; key != nil {
		settings.DiskEncryptionKey = &diskEncryptionKeyModel{SecretURL: key.SecretURL, SourceVault: (*resourceModel)(key.SourceVault)}
	}
	if key := e.KeyEncryptionKey; key != nil {
		settings.KeyEncryptionKey = &keyEncryptionKeyModel{KeyURL: key.KeyURL, SourceVault: (*resourceModel)(key.SourceVault)}
	}
	return settings
}

func dataDiskFromAPI(d imds.DataDisk) dataDiskModel {
	return dataDiskModel{
		BytesPerSecondThrottle: d.BytesPerSecondThrottle, Caching: d.Caching, CreateOption: d.CreateOption,
		DiskCapacityBytes: d.DiskCapacityBytes, DiskSizeGB: d.DiskSizeGB, Image: (*uriModel)(d.Image),
		IsSharedDisk: d.IsSharedDisk, IsUltraDisk: d.IsUltraDisk, LUN: d.LUN, ManagedDisk: (*managedDiskModel)(d.ManagedDisk),
		Name: d.Name, OpsPerSecondThrottle: d.OpsPerSecondThrottle, VHD: (*uriModel)(d.VHD),
		WriteAcceleratorEnabled: d.WriteAcceleratorEnabled,
	}
}
