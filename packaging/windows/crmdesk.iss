; SPDX-License-Identifier: MIT
; Inno Setup 6.3 or newer: a per-user installer that asks for no administrator. NOT RUN on the machine it was written on;
; .github/workflows/installers.yml runs it on Windows, after `python packaging\run.py bundle`:
;
;     iscc /DVersion=0.1.0 packaging\windows\crmdesk.iss          makes dist\crmdesk-0.1.0-setup.exe
;
; Silent, for many machines:  crmdesk-0.1.0-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART [/TASKS="path"] [/LOG=FILE]
; For all users, by an administrator:  ... /ALLUSERS
; Removal, silent:            %LOCALAPPDATA%\Programs\crmdesk\unins000.exe /VERYSILENT
; Accounts and what waits to be sent (%LOCALAPPDATA%\crmdesk) stay in both cases.

#ifndef Version
  #error Give the version: iscc /DVersion=0.1.0 crmdesk.iss
#endif

[Setup]
; The identity by which a newer version finds the older one: never change it.
AppId={{6B1C0E0E-6C6C-4F0B-9C55-3C0B5D6A2F71}
AppName=crmdesk
AppVersion={#Version}
AppPublisher=The crmdesk authors
DefaultDirName={autopf}\crmdesk
DefaultGroupName=crmdesk
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=crmdesk-{#Version}-setup
SetupIconFile=..\..\build\crmdesk.ico
UninstallDisplayIcon={app}\crmdesk.exe
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
CloseApplications=yes
RestartApplications=no
ChangesEnvironment=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"
Name: "fi"; MessagesFile: "compiler:Languages\Finnish.isl"
Name: "da"; MessagesFile: "compiler:Languages\Danish.isl"

[CustomMessages]
en.PathTask=Make the command crmdesk-cli known in terminals
de.PathTask=Den Befehl crmdesk-cli in Terminals bekannt machen
fi.PathTask=Tee komennosta crmdesk-cli tunnettu päätteissä
da.PathTask=Gør kommandoen crmdesk-cli kendt i terminaler

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "path"; Description: "{cm:PathTask}"; Flags: unchecked

[InstallDelete]
; An upgrade leaves no module of the version before beside the new ones.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\crmdesk\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\crmdesk"; Filename: "{app}\crmdesk.exe"
Name: "{autodesktop}\crmdesk"; Filename: "{app}\crmdesk.exe"; Tasks: desktopicon

[Registry]
; The person's own path, never the machine's; taken out again when crmdesk is removed.
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: not IsOnPath
; Saved views open in crmdesk; files of changes may be opened with it, their ending belongs to others as well.
Root: HKCU; Subkey: "Software\Classes\.crmview"; ValueType: string; ValueData: "crmdesk.view"; Flags: uninsdeletevalue
Root: HKCU; Subkey: "Software\Classes\crmdesk.view\shell\open\command"; ValueType: string; ValueData: """{app}\crmdesk.exe"" ""%1"""; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\.jsonl\OpenWithProgids"; ValueType: string; ValueName: "crmdesk.changes"; ValueData: ""; Flags: uninsdeletevalue
Root: HKCU; Subkey: "Software\Classes\crmdesk.changes\shell\open\command"; ValueType: string; ValueData: """{app}\crmdesk.exe"" ""%1"""; Flags: uninsdeletekey

[Run]
Filename: "{app}\crmdesk.exe"; Description: "{cm:LaunchProgram,crmdesk}"; Flags: nowait postinstall skipifsilent

[Code]
function PathOfPerson: String;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Result) then
    Result := '';
end;

function IsOnPath: Boolean;
begin
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(PathOfPerson) + ';') > 0;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Path, Ours: String;
  Place: Integer;
begin
  if Step <> usPostUninstall then
    exit;
  Path := PathOfPerson;
  Ours := ';' + ExpandConstant('{app}');
  Place := Pos(Uppercase(Ours), Uppercase(Path));
  if Place > 0 then begin
    Delete(Path, Place, Length(Ours));
    RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Path);
  end;
end;
