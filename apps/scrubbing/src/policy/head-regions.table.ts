/** Body Part Examined (PS3.16 Annex L) with a face in it, wholly or in part. Neck series begin at the orbits as often as not. */
export const HEAD_PARTS =
  'HEAD SKULL BRAIN FACE HEADNECK NECK ORBIT EYE EYES NOSE SINUS SINUSES PARANASALSINUS JAW MANDIBLE MAXILLA TMJ TEMPORALBONE ' +
  'EAR EARS IAC MOUTH TONGUE TEETH CALVARIUM CEREBELLUM CEREBRUM PITUITARY SELLA ZYGOMA ZYGOMATIC PAROTID PHARYNX LARYNX ' +
  'OPTICCANAL SKULLBASE WHOLEBODY HYPOPHYSIS FACIALBONES NASOPHARYNX SALIVARYGLAND';

/** Anatomic Region Sequence: head, brain, face, skull, head and neck, neck, entire body as SNOMED names them (SRT and SCT). */
export const HEAD_CODES =
  'T-D1100 69536005 T-A0100 12738006 T-D1200 89545001 T-11100 89546000 T-D1000 774007 T-D1600 45048000 T-D0010 38266002';

/** Words of descriptions, folded (fold.ts): English, German. A longer word may begin with one of the stems. */
export const HEAD_WORDS =
  'head face neck eye eyes ear ears nose jaw iac tmj wb cct cmrt kopf hals nnh neuro dental fmri stroke ' +
  'wholebody ganzkorper ganzkoerper gesicht hirn zahn zahne sella';
export const HEAD_STEMS =
  'brain skull crani cerebr cereb facial orbit nasal sinus maxill mandib paranasal pituitar hypophys temporalb neurocran intracran ' +
  'schadel schaedel gehirn hirn kopf gesichts nasenneben kiefer felsenbein mastoid otolog encephal enzephal trigemin acoustic akustik';
/** Chinese terms, found anywhere in a text. 头 alone is also the end of a bone. */
export const HEAD_HAN =
  '头颅 头部 头颈 头面 颅 脑 面部 颌 眼 眶 鼻 副鼻窦 颞骨 内耳 中耳 垂体 颈部 全身 顱 腦 頭顱 頭部 頭頸 頸部 垂體 顳骨';

/** Words that say head or neck of something else. */
export const OTHER_HEADS =
  /(?:femoral|femur|humeral|humerus|radial|radius|pancrea\p{L}*|metatars\p{L}*|fibula\p{L}*|hip|bladder|uterine)\s+(?:head|neck)|(?:head|neck)\s+of\s+(?:the\s+)?(?:femur|humerus|radius|pancreas|fibula)|coronary\s+sinus|sinus\s+tarsi/giu;

/** Words of descriptions that name another region: with one of them, and no word of a head, an image is none of a head. */
export const OTHER_WORDS =
  'chest thorax lung lungs heart cardiac coronary breast abdomen abdominal liver kidney kidneys renal pelvis pelvic prostate bladder ' +
  'colon spine cspine tspine lspine lumbar thoracic sacrum hip hips knee knees ankle foot feet leg legs shoulder elbow wrist hand hands ' +
  'arm arms femur tibia humerus extremity aorta pancreas spleen uterus ovary lunge herz leber niere nieren becken knie hufte huefte ' +
  'schulter hand fuss sprunggelenk ellenbogen handgelenk wirbelsaule wirbelsaeule lws bws hws mamma bauch oberbauch';
export const OTHER_HAN = '胸 肺 心 腹 肝 肾 脾 胰 盆 膝 髋 肩 肘 腕 踝 足 手 腰椎 胸椎 颈椎 前列腺 子宫 乳';

/** All of it, for the digest of a profile. */
export const HEADS = [
  ...[HEAD_PARTS, HEAD_CODES, HEAD_WORDS, HEAD_STEMS, HEAD_HAN],
  ...[OTHER_HEADS.source, OTHER_WORDS, OTHER_HAN],
];
