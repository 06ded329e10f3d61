/**
 * Words that a description may keep (clean-words.ts): anatomy, findings, techniques, positions, materials, units, and the small words that
 * hold them together. Lower case, separated by spaces. A word that is not here goes. To let one pass, add it to its list; never add a word
 * that is first of all a name, a place, a month, a title, or says a person's sex, age, origin or job.
 */

/** English, and the abbreviations of modalities and sequences that every language uses. */
export const ENGLISH = `
a abdomen abdominal abduction ablation abnormal abnormality above abscess absent acetabular acetabulum achilles acquired acquisition acromion
active acute adc additional adduction adenoma adenopathy adhesion adipose adjacent adnexa adnexal adrenal advanced after agatston aif air airway
all alveolar amnion amniotic ampulla amyloid anal anastomosis anatomic anatomical and aneurysm angio angiogram angiography angioplasty angle
ankle annotation annular anomaly anterior anterolateral anteromedial anteroposterior antral antrum anus aorta aortic ap aperture apex apical
appendicitis appendix area arch arm arms arrest arrhythmia arterial arteries arteriogram arteriovenous artery arthritis arthrodesis arthrogram
arthrography arthroplasty arthroscopy artifact artifacts ascending ascites asl aspiration asymmetric asymmetry at atelectasis atherosclerosis
atlas atrial atrium atrophy attenuation auditory av average avm avulsion axial axilla axillary axis
b back background balloon band barium basal base baseline basilar be before below benign bicuspid biceps bifurcation bilateral bile biliary
bilirubin biopsy biplane bladder blade bleed bleeding block blood blur blurring body bold bolus bone bones bony border both bow bowel
brachial brachytherapy brain branch breast breasts breath breathhold breathing bright bronchi bronchial bronchiectasis bronchitis
bronchogram bronchoscopy bronchus bulb bulge bulging bulla bundle bursa bursitis bypass
c calcaneal calcaneus calcification calcifications calcified calcium calculus calf calibration caliper callus calvarium canal cannulation
capsule carcinoma cardiac cardiomegaly cardiomyopathy carina carotid carpal cartilage cath catheter catheterization caudal cava caval cavity
cbct cc ccf ce cecum celiac cell cells cellulitis center central cephalic cerebellar cerebellum cerebral cervical cervix cesarean chamber change
changes channel chart chemo chemotherapy chest chiasm chiari cholangiogram cholangitis cholecystectomy cholecystitis cholelithiasis chondral
chondroma chorionic choroid chronic cine circle circumference circumflex cirrhosis cisterna cisternogram clavicle cleft clinical clip
clips clivus closed clot coccyx cochlea coil coiling cold colitis collapse collateral collateralization collection colon colonic colonography
colonoscopy color colour column comminuted common comparison complete complex compatible component composite compressed compression concave
concentric condyle cone confluent congenital congestion congestive conjugate consolidation contact continuous contour contraction contralateral
contrast control contusion conus convex copd cor coracoid cord cornea coronal coronary corpus correction corrected cortex cortical costal
costophrenic course cranial craniocaudal craniotomy cranium crest cribriform crohn cross crown crural csf csi ct cta ctp ctv cuff current curve
curved cut cyst cystic cystogram cystography cystoscopy cyto
d dark data db dce deep defect deficit deformity degenerated degeneration degenerative degree degrees delayed delay demyelinating dens dense density dental
depth derived descending desmoid detail detector deviation device dexa dialysis diameter diaphragm diaphragmatic diaphysis diastole diastolic dicom diffuse
diffusion digital dilatation dilated dilation dim direct disc discectomy discharge discogram disease disk dislocated dislocation displaced
displacement dissection distal distance distended distension diverticula diverticulitis diverticulosis diverticulum dixon dlp dominant doppler
dorsal dorsiflexion dose dosimetry double drain drainage draining drip drop drrs dsa dti dual duct ductal due duodenal duodenum duplex dura dural during
dwi dx dynamic dysfunction dysplasia
e ear early ecg echo echocardiogram echocardiography echogenic echogenicity eccentric ectasia ectatic ectopic edema edematous effaced effect effusion
ejection elbow elective elevated elevation embolic embolism embolization embolus emergency emphysema empty empyema end endocardial endoleak endometrial
endometrioma endometriosis endometrium endoscopic endoscopy endotracheal endovascular enema enhanced enhancement enhancing enlarged enlargement
enteric enteritis enterography enteroclysis entry enlarge epi epicondyle epicondylitis epididymis epidural epigastric epiglottis epilepsy epiphysis equal
ercp erect erosion erosions erosive esophageal esophagram esophagus ethmoid evaluate evaluation exam examination excision exit exophytic exposure expiration
expiratory extended extension extensor extensive external extra extracranial extradural extrapleural extravasation extremities extremity eye eyes
f face facet facial falx fascia fast fastview fat fatty fb fdg feet femoral femur fet fetal fetus ffe fibroid fibrosis fibrotic fibula fibular field fiesta filling
filter final findings finding finger fingers first fissure fistula fistulogram fixation fixed flair flank flash flat flexion flexor flip floor flow fluid
fluoro fluoroscopic fluoroscopy fmri focal foci focus follow followup foot for foramen foramina foraminal forearm fore foreign form fossa four fov fraction
fracture fractured fractures fragment frame frames free frequency from frontal full function functional fundus fused fusion
g gad gado gadolinium gallbladder gallstone gallstones gamma ganglion gantry gas gastric gastritis gastrografin gastrointestinal gated gating ge general
genitourinary gi glabella gland glands glenohumeral glenoid glioblastoma glioma globe glottis gluteal glucose gradient graft grain grade gre great greater groin
ground group growth gtv guidance guide guided gut gynecologic gyrus
h haste head headache heads healed healing heart heel height hemangioma hematoma hemi hemiarthroplasty hemidiaphragm hemisphere hemithorax hemorrhage
hemorrhagic hemorrhoids hepatic hepatitis hepatobiliary hepatocellular hepatomegaly hernia herniated herniation heterogeneous heterotopic hiatal hiatus high hilar
hila hilum hindfoot hip hippocampal hippocampus hips hires history hitch hole hollow holter homogeneous horizontal horseshoe hot hr hrct humeral humerus
hu hydro hydrocele hydrocephalus hydronephrosis hydroureter hydroxyapatite hyoid hyperdense hyperechoic hyperemia hyperextension hyperintense hyperintensity
hyperplasia hypertension hypertensive hypertrophic hypertrophy hypervascular hypo hypodense hypoechoic hypointense hypophysis hypoplasia hypoplastic hz
i iac idose ileal ileocecal ileostomy ileum ileus iliac iliacus ilium image images imaging impaction impingement implant implants impression in incidental
incision incisional incomplete increased increment index induced infant infarct infarction infection infectious inferior infiltrate infiltrates infiltration
inflammation inflammatory inflow inflation infra inguinal inhale inhalation initial injection injury inner innominate insertion insp inspiration inspiratory
insufficiency insufficient intact intensity inter interatrial intercostal interlobular intermediate internal interosseous interspace interstitial interventional
interventricular intervention intervertebral intestinal intestine into intra intraarticular intracardiac intracranial intradural intrahepatic intraluminal
intramural intramuscular intraocular intraoperative intrathecal intrauterine intravascular intravenous intubation intussusception inverted inversion involving iodine
iodinated ipsilateral ir iridium iris irregular irregularity irradiation is ischemia ischemic ischial ischium island iso isocenter isodose isointense isotropic isthmus iv ivc ivp ivu
jaw jejunal jejunum jet joint joints jugular junction juxta
k kernel kev kidney kidneys knee knees knot kub kv kvp kyphoplasty kyphosis kyphotic
l labral labrum laceration lacrimal lad lambda lamina laminectomy landmark laparoscopic laparoscopy laparotomy large larger largest laryngeal larynx laser lat late
lateral laterality lateralis lava laxity layer lead leads leak leaflet leakage left leg legs leiomyoma lens lesion lesions lesser leukemia level levels ligament
ligaments ligation limb limbs limit limited line linear lingula lingual lip lipid lipoma lipomatous liquid lithiasis lithotripsy liver lobar lobe lobectomy lobes lobular lobulated
local localiser localizer localized location locator loculated longitudinal loop loops loose lordosis lordotic loss low lower lower lucency lucent lue lumbar
lumbosacral lumen lumpectomy lumbarized lung lungs luxation lymph lymphadenopathy lymphangiogram lymphatic lymphoma lymphoscintigraphy lytic ls
m mac macro macroadenoma macula mag magnetic magnification main mal malalignment malformation malignancy malignant malleolus mammary mammo mammogram mammography
mandible mandibular manometry manual manubrium map mapping margin marginal margins marked marker markers marrow mask mass masses mastectomy mastoid mastoiditis
mastoids material matrix matter maxilla maxillary maxillofacial maximal maximum mean measurement measurements measured meckel medial median mediastinal mediastinum medulla
melanoma membrane meningeal meningioma meninges meningitis meniscal meniscus mesenteric mesentery mesial mesothelioma metabolic metacarpal metal metallic metaphysis
metastases metastasis metastatic metatarsal method mhz mibg micro microadenoma microcalcification microcalcifications microvascular mid middle midfoot midline mild mildly minimal
minimum mini minor mip minip mitral mixed ml mlo mm mobile mobility mode moderate moderately moiety mono monoenergetic morphology motion mottled mouth moving mpr mprage mr mra mrcp mre mri mrs
mrv mucosa mucosal mucosa mucus mucocele mucous multi multifocal multilevel multiphase multiple multislice murmur muscle muscles muscular musculoskeletal musculotendinous mv mva myelin myelitis myelogram
myelography myeloma myelopathy myocardial myocarditis myocardium myoma myositis
n nail narrow narrowed narrowing nasal nasogastric nasopharynx native natural nav navicular navigator near neck necrosis necrotic needle negative neo neoplasm neoplastic neoplasms nephrectomy nephritis
nephrogram nephrographic nephrolithiasis nephropathy nephrostomy nerve nerves neural neuritis neuro neurofibroma neurogenic neuroma neurovascular neutral neuroendocrine new ng nipple no nocturnal nodal node
nodes nodular nodule nodules noise nonunion non normal nose not nuchal nuclear nucleus number
o object objects oblique obliques obliteration obscured obstructed obstruction obstructive occipital occlude occluded occlusal occlusion occult ocular odontoid of old omental omentum on oncology ongoing only opacification opacified opacities
opacity open operative opposed optic oral orbit orbital orbits order organ orif orientation origin original orthopantomogram ortho orthogonal oscillation osseous ossicle ossicles ossification osteoarthritis osteoblastic
osteochondral osteolysis osteolytic osteoma osteomyelitis osteopenia osteophyte osteophytes osteoporosis osteoporotic osteosarcoma osteotomy ostium other otitis out outer outflow outlet output ovarian ovaries ovary over overlay overread overview oxygen
p pa pacemaker pad pain palate palmar palpable palsy pan pancreas pancreatic pancreaticoduodenectomy pancreatitis panniculus panoramic papilla papillary para paracentesis parallel paralysis paraaortic parameter parametric paranasal
parapharyngeal parasagittal paraspinal parathyroid paratracheal paravertebral parenchyma parenchymal parietal parotid partial partially parts past patch patchy patella patellar patellofemoral patency patent path pathologic pathological pathology pattern pc pcl
peak pectoral pectoralis pectus pediatric pediatrics pedicle pelvic pelvis pelvicalyceal pencil penetrating penetration penile penis per percutaneous perf perforated perforation perfusion peri perianal pericardial pericarditis pericardium
perihilar perinephric perineum period periosteal periosteum peripheral peristalsis peritoneal peritoneum peritonitis periventricular permeability peroneal persistent perpendicular pes pet petct petmr petrous phalangeal phalanx pharyngeal pharynx phase phantom phases
philtrum phlebogram phlebography phonation phosphate photo picc pick pigtail pilot pineal pin pins pitch pituitary placement placenta placental plain plan planar plane planes planning plantar plaque plaques plasma plate plates plethysmography
pleura pleural plexus plus pneumonia pneumonitis pneumomediastinum pneumonectomy pneumoperitoneum pneumothorax pole polycystic polyp polyps polytrauma pons pool popliteal port portable portal portion position positioned positive post
posterior posteroanterior posterolateral posteromedial postoperative postcontrast postop postvoid potential pouch precontrast pre predominantly pregnancy preliminary preop preoperative prep prepatellar presacral present
presentation preservation preserved pressure primary prior probable probably probe procedure procedures process processed processing prod prognathism progressed progression progressive projection prolapse prominence prominent prone
propeller prosthesis prosthetic prostate prostatic protocol protocols proton protrusion proximal pseudo pseudoaneurysm pseudocyst psma psoas ptca ptv pubic pubis pulmonary pulsatile pulse pump pure purulent putamen pyelogram pyelography pyelonephritis pyloric pyramid
q qa quadrant quadrants quadriceps quality quantification quantitative query questionable quick
r radial radiate radiation radical radiculopathy radio radiocarpal radiofrequency radiograph radiographs radiography radioiodine radiology radiologic radionuclide radiotherapy radius ramus range rao rapid raw reaction rebuild recent recess recessus recon reconstructed
reconstruction recording recovery rectal rectosigmoid rectum rectus recurrence recurrent reduced reduction reference reflux reformat reformatted region regional registration regular regurgitation rejection related relative relaxation removal
removed renal repair repeat replacement repose report request resected resection residual resistive resolution resolved resolving resonance resorption resp respiratory response rest restaging resting restricted restriction result results retained
retention retina retinal retraction retro retrobulbar retrocardiac retrograde retroperitoneal retroperitoneum retropharyngeal retrosternal retroversion reverse reversed review rheumatoid rf rib ribs right ring risk roi roll room root roots rotated rotation rotational rotator
round routine row rt rul run runoff rupture ruptured
s saccular sacral sacroiliac sacrum safe sag sagittal saline salivary salpingitis salpingography same sample saphenous sarcoid sarcoidosis sarcoma sat saturation scale scalp scan scans scanned scanogram scaphoid scapula scapular scar scarring scars scattered
schematic sciatic sciatica scintigraphy sclerosis sclerotic scoliosis scope score scoring scout screen screening screw screws scrotal scrotum sd se second secondary section sections segment segmental segmentation segments seizure sella sellar seminal senographe sense
sensitive sensitivity septa septal septate septic septum sequela sequelae sequence sequences sequestration serial series serous sesamoid set severe shadow shadowing shadows shaft shallow shape shaped shear shift shim shoulder shoulders short shot show shows shunt
si sialogram sialography side sided sides sigmoid sign signal signs silhouette simple simulation sine single sinogram sinus sinuses sinusitis site sites situ size sized skeletal skeleton skin skull slab sleeve slice slices sliding slight slightly slip sling slow small smaller smartprep smooth snapshot
soft sol solid solitary sonogram sonography source space spaces spasm special specimen spect spectral spectroscopy sphenoid spiculated spin spina spinal spine spineecho spinous spiral spleen splenic splenomegaly splint spondylitis spondylolisthesis spondylolysis spondylosis
spontaneous spot spr sprain spread spoiled spur spurs squamous stability stable stack stage staging standard standing staple staples static stationary status steatosis stenosis stenotic stent stented stents step stereo stereotactic stereotaxy sternal sternoclavicular
sternotomy sternum stimulation stir stitch stomach stone stones straight straightening strain strands stranding stress stricture stroke structural structure structures study studies styloid sub subacromial subacute subaortic subarachnoid subcapital subcapsular subchondral subclavian
subcutaneous subdeltoid subdural subluxation submandibular submental submucosal subpleural subscapularis subsegmental subtalar subtotal subtracted subtraction subtrochanteric suction sulcus sulci sum summary summation sunrise superficial superimposed superior supine supply support supra
supraclavicular suprapatellar suprapubic suprarenal suprasellar supraspinatus surface surgery surgical surround surrounding surveillance survey suspected suspicion suspicious suture sutures suv svc swallow swallowing swelling swi swimmer swimmers switch sylvian symmetric symmetrical
symmetry symphysis symptomatic symptoms syndesmosis syndrome synovial synovitis synovium synthetic syrinx system systemic systole systolic
t table tachycardia tag talar talus tamponade target tarsal task taut te tear tears technique tee teeth telemetry temperature temporal temporomandibular tendinitis tendinopathy tendinosis tendinous tendon tendons tension tensor tentorium teratoma terminal
tesla test testes testicle testicular testis tethered tfe tfl thalamic thalamus than that the therapy thermal thick thickened thickening thickness thigh thin third thoracentesis thoracic thoracolumbar thoracotomy thorax three throat thrombectomy thrombosed thrombosis thrombotic thrombus thumb
thymic thymoma thymus thyroid thyroidectomy tia tibia tibial tibiofibular time times tip tir tirm tissue tissues tmj to toe toes tof tomo tomogram tomographic tomography tomosynthesis tongue tonsil tonsillar tonsils tooth top topogram torsion torticollis torn tortuous tortuosity total toxic tr trace tracer trachea tracheal
tracheobronchial tracheostomy tracking tract traction trans transabdominal transaxial transcatheter transcranial transducer transection transesophageal transfer transient transit transition transitional translation transmission transmural transparent transplant transplantation transrectal transthoracic transvaginal
transverse trapezium trapezius trauma traumatic treatment treated tree triangular triceps tricuspid trigger triggered trigeminal triphasic triple trochanter trochanteric trochlea true trufi truncal trunk tse tube tuberculosis tuberosity tubular tubes tumor tumoral tumors tumour turbinate turbo twin
twist two type typical
u ulcer ulceration ulcers ulna ulnar ultra ultrafast ultrasound umbilical uncinate unchanged uncomplicated under undisplaced undifferentiated unenhanced unilateral unit unremarkable unspecified unstable up upper upright uptake ureter ureteral ureteric ureterocele ureterolithiasis ureteroscopy
urethra urethral urethrogram urgent urinary urine urogram urography urolithiasis urologic us use uterine uterus uvula
v vac vacuum vagina vaginal vagus valgus value values valve valves valvular variant varices varicocele varicose varus vascular vascularity vasculature vasculitis vein veins velocity vena venogram venography venous ventilation ventral ventricle ventricles ventricular ventriculogram ventriculoperitoneal
vertebra vertebrae vertebral vertebroplasty vertex vertical very vesical vesicle vesicoureteral vessel vessels vestibular via vibe view views virtual viral visceral viscous visible visual vitreous vocal void voiding vol volar volume volumes volumetric volvulus volar vomer vr vrt vs vulva
w wall walls washin washout water wave wb wedge weight weighted weightbearing well wet whipple whole wide width window windows wire wires with within without work workup worse worsening wound wrist wrists
x xiphoid xr xray
y yes
z zenker zero zoom zone zones zygoma zygomatic
ac al ax tra dorsi sax lax cm cns cr dg di dof dr fov fps fs fse gy hd hf ii iii inv kvct lao lca llat lv lvef mas mbq mci mgy min ms msec mu nm nmr oad obl ot pd pdw pre psif px qc rca rl rlat rr rv sec sfov sl sos spgr srt ssfp ssfse stat std tilt ts tv ue um vib wb wo xa
about accelerated admitted afebrile are because been bh but came capture combined comments comp compressed condition constipation cont converted culture damaged
decreased different dimension discharged distress distended dyn electrolytes ext factor fever frozen genital given good had has have improved interleave jpeg
irreversible lossless lossy lut modality mono moving nausea next one ossifying patient physical point projected rate ratio ray ref reports resampled rescaled
reversible rgb rle sample samples scaled sedimentation seen selection sickle signed some started stopped structured reporting taken tender text there this trait
turned uncompressed unsigned urinalysis vomiting was were wip surview isovue omnipaque ultravist iomeron visipaque imeron omniscan dotarem gadovist magnevist
primovist multihance prohance clariscan lumason sonovue gastrografin technetium fluorodeoxyglucose choline dotatate
`;

/** German. */
export const GERMAN = `
abdomen abduktion abgang ablauf abszess achse achsen adduktion ader akut alt am an anastomose aneurysma angiografie angiographie anlage ansicht anterior aorta aortenbogen arm arme arterie arteriell arterien arthrografie arthrose atemstillstand
atmung auf aufnahme aufnahmen aufsicht auge augen auswertung außen axial
bad bauch bauchspeicheldrüse becken beckenkamm befund befunde bei beidseits beide beiderseits bein beine belastung bewegung bild bilder bildgebung bis blase blut blutung bogen bronchus brust brustbein brustwand brustwirbelsäule bws bypass
das darm darstellung daumen der des diagnostik dialyse dick dickdarm die diffusion distal doppler drainage drüse dünn dünndarm dünnschicht durchleuchtung durchblutung dynamisch
ein eine einstellung einlage ellenbogen ellbogen embolie endoprothese entzündung epiphyse erguss ersatz erweitert
fehlstellung femur fersenbein fett fettgesättigt finger fistel flach fraktur frakturen frei fremdkörper früh funktion für fuß füße fuss fuesse fusswurzel
galle gallenblase gallengang ganz ganzkörper gefäß gefäße gehirn gekippt gelenk gelenke gering gesicht gesichtsschädel gewebe gleitwirbel grenze großhirn größe
hals halsschlagader halswirbelsäule hand handgelenk handwurzel harnblase harnleiter harnwege haut herz herzkatheter hinterkopf hinweis hirn hirnhaut hirnstamm hoch hoden höhe hüfte hüftgelenk hypophyse hws
im in infarkt infekt infiltrat inguinal innen inspiration iliosakralgelenk isg
jochbein jochbogen
kalk kalt kammer kanal karotis katheter kiefer kieferhöhle kleinhirn knie kniegelenk knochen knochenmark knöchel knorpel kollateral kompression kontrast kontrastmittel kontrolle kontur kopf kopfgelenk koronar kranial kreuzband kreuzbein
 körper
lage lappen lateral leber leberlappen leiste leistungskontrolle lenden lendenwirbelsäule leptomeningeal liegend linke linker linkes links liquor lunge lungen lungenembolie lungenflügel lws lymphknoten läsion
magen mamma mammografie mammographie mandibula marklager mastoid material maximal medial meniskus metall metastase metastasen milz minimal mit mitte mittel mittelfuß mittelhand mittelohr mitral multiplanar mund muskel muskeln myokard myelon mäßig
nach nase nasennebenhöhlen nativ natives nebenniere nebennieren neben nerv nerven nicht niere nieren nierenbecken nierenstein nnh normal
ober oberarm oberbauch oberkiefer oberschenkel ohr ohne operation orbita ostitis ödem
pankreas parenchym patella perfusion pfanne pfortader pleura pleuraerguss pneumonie posterior postoperativ präoperativ proximal prostata prothese punktion
quer querschnitt
radius raum raumforderung rechte rechter rechtes rechts regelrecht rektum rekonstruktion rekonstruktionen rest rippe rippen rohr röntgen rotation rücken rückenmark ruptur ruhe
sagittal sakral scheide schenkelhals schicht schichten schichtdicke schilddrüse schläfenbein schleimhaut schlüsselbein schnitt schräg schulter schulterblatt schultergelenk schwellung schädel schädelbasis segment sehne sehnen seite seitlich
septum sequenz serie serien sinus sitzend skelett skoliose sonografie sonographie spät speiseröhre spiral sprunggelenk spule stamm standard status stauung stehend steine steiss stellung stenose stent sternum steuerung stirn stirnhöhle stoß struktur studie
subtraktion szintigrafie szintigraphie
tangential technik thorax therapie tibia tief tomografie tomographie trachea transversal trauma tumor tumore tumornachsorge tränen
über übersicht um und unten unter unterarm unterbauch unterkiefer unterschenkel untersuchung ureter urografie urographie uterus
vene venen venös ventral ventrikel vena veränderung verdacht verdickung verengung vergleich vergrößert vergrößerung verkalkung verkalkungen verlauf verlaufskontrolle verletzung vermehrt verschluss verschmälert versteift vertikal volumen von vor vorderarm vorhof voraufnahme
wand warm wasser weichteil weichteile weite wirbel wirbelkörper wirbelsäule wurzel
zahn zähne zehe zehen zeichen zentral zentrum zirkulation zunge zustand zwerchfell zwischen zyste zysten
bds li re ap pa ct mrt km nativ oberes unteres vd zn ohne gewichtet dünnschichtig ödematös
`;

/** Chinese: terms, matched from the longest; what lies between them goes. */
export const CHINESE = `
头部 头颅 颅脑 颅底 颅骨 头颈 颈部 颈椎 胸部 胸椎 胸腔 胸骨 胸膜 胸腺 腹部 上腹部 下腹部 全腹 中腹部 盆腔 骨盆 腰椎 腰骶椎 骶椎 尾椎 脊柱 全脊柱 脊髓 椎体 椎间盘 椎管 椎动脉 肩关节 肘关节 腕关节 髋关节 膝关节 踝关节 骶髂关节 颞下颌关节 关节
上肢 下肢 双下肢 四肢 肱骨 尺骨 桡骨 股骨 胫骨 腓骨 髌骨 跟骨 距骨 锁骨 肩胛骨 肋骨 手部 足部 手指 足趾 手 足 左手 右手 左足 右足 左侧 右侧 双侧 单侧 左 右 双 正位 侧位 斜位 轴位 前后位 后前位 正侧位 开口位 张口位 卧位 仰卧位 俯卧位 立位 站立位 坐位
脑 大脑 小脑 脑干 脑室 脑膜 垂体 鞍区 海马 内听道 眼眶 眼球 视神经 鼻窦 副鼻窦 鼻咽 鼻骨 口腔 颌面 上颌 下颌 上颌骨 下颌骨 牙齿 耳 内耳 中耳 乳突 颞骨 腮腺 喉 咽喉 咽部 甲状腺 甲状旁腺 食管 食道 气管 支气管 肺 双肺 左肺 右肺 肺部 肺叶 上叶 中叶 下叶 肺门 纵隔 心脏 心包 心房 心室
左心室 右心室 左心房 右心房 冠状动脉 冠脉 主动脉 胸主动脉 腹主动脉 肺动脉 肺静脉 颈动脉 脑动脉 肾动脉 髂动脉 股动脉 门静脉 下腔静脉 上腔静脉 静脉 动脉 血管 肝 肝脏 肝胆 胆 胆囊 胆道 胆管 胰腺 脾 脾脏 肾 肾脏 双肾 左肾 右肾 肾上腺 输尿管 膀胱 尿道 前列腺 精囊 睾丸 阴囊 子宫 宫颈 卵巢 附件 乳腺 双乳
胃 十二指肠 小肠 空肠 回肠 结肠 直肠 阑尾 肠道 消化道 腹膜 腹膜后 腹股沟 淋巴结 软组织 骨 骨骼 骨髓 肌肉 肌腱 韧带 半月板 交叉韧带 软骨 皮肤 皮下
平扫 增强 扫描 平扫加增强 平扫及增强 三期 动脉期 静脉期 门脉期 延迟期 平衡期 延迟 期 灌注 弥散 扩散 加权 成像 血管成像 造影 重建 三维重建 三维 多平面重建 薄层 高分辨率 低剂量 定位像 定位 透视 摄片 摄影 拍片 透照 减影 数字减影 超声 彩超 彩色多普勒 多普勒 心脏超声 核磁 磁共振 核磁共振 断层 显像 骨显像 全身 全身骨显像 融合
横断面 横断 横轴位 冠状 冠状位 矢状 矢状位 轴位 斜 水成像 胰胆管 尿路 尿路造影 钡餐 钡灌肠 介入 穿刺 活检 引流 支架 栓塞 置管 导管 术前 术后 复查 随访 筛查 体检 急诊 常规 对比 对比剂 造影剂 屏气 呼吸 门控 心电门控
结节 肿块 占位 肿瘤 癌 转移 转移瘤 囊肿 积液 胸腔积液 腹水 炎症 肺炎 感染 脓肿 结核 纤维化 钙化 结石 骨折 脱位 骨质增生 骨质疏松 退变 退行性变 突出 膨出 狭窄 扩张 血栓 栓塞 梗死 脑梗死 出血 脑出血 血肿 水肿 缺血 动脉瘤 畸形 动静脉畸形 夹层 斑块 硬化 动脉硬化 肝硬化 脂肪肝 血管瘤 息肉 憩室 梗阻 穿孔 气胸 肺气肿 肺不张 实变 磨玻璃 磨玻璃结节 增大 萎缩 正常 异常 未见 未见异常 可疑 考虑 疑似 疼痛 外伤 损伤 撕裂 术后改变
检查 检查部位 部位 序列 图像 影像 放射 放射科 检验 诊断 报告 病变 病灶 所见 印象 和 与 及 加 的 为 有 无 伴 左右 上 下 前 后 内 外 中 大 小 多发 单发
胸片 腹平片 全景片 钼靶
`;
